package main

import (
	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// backupCommand copies the store of a server.
func backupCommand(lang string) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: message.New("cmd.serve.backup.short").In(lang),
		Long:  message.New("cmd.serve.backup.long").In(lang),
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if runstore.IsURL(folder) {
				servers, err := runstore.ParseServers(folder)
				if err != nil {
					return flagError("store", err)
				}
				return message.Err("runstore.backup.servers", "servers", servers.String())
			}
			return runstore.BackupFolder(cmd.Context(), folder, args[0])
		},
	}
	cmd.Flags().StringVar(&folder, "store", defaultStore, message.New("cmd.serve.flag.store").In(lang))
	return cmd
}
