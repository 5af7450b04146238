package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// storePassword is the environment variable with the password of the account of a store.
const storePassword = "PRECHECK_STORE_PASSWORD"

// storeIn returns what opens the store that the flag names, or else the configuration.
func (f *serveFlags) storeIn(cmd *cobra.Command, c config.Config) (opener, error) {
	name := f.store
	if !cmd.Flags().Changed("store") && c.Store.URL != "" {
		name = c.Store.URL
	}
	if !runstore.IsURL(name) {
		return opener{name, func(ctx context.Context, o runstore.Options) (runstore.Store, error) {
			return runstore.OpenFolder(ctx, name, o)
		}}, nil
	}
	servers, err := runstore.ParseServers(name)
	if err != nil {
		return opener{}, flagError("store", err)
	}
	password, given := os.LookupEnv(storePassword)
	switch {
	case servers.HasPassword():
		warning := message.New("cmd.task.password_in_url", "flag", "store", "variable", storePassword)
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", warning))
	case !c.Store.Password.Empty():
		servers = servers.WithPassword(c.Store.Password)
	case given:
		servers = servers.WithPassword(datasource.NewSecret(password))
	}
	return opener{servers.String(), func(ctx context.Context, o runstore.Options) (runstore.Store, error) {
		return runstore.OpenServers(ctx, servers, o)
	}}, nil
}

// opener opens a store, which has a name without secrets.
type opener struct {
	name string
	open func(context.Context, runstore.Options) (runstore.Store, error)
}
