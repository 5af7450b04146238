package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/cmd/internal/demo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// The data sources of serve --demo.
const (
	demoSource      = "e_demo_source"
	demoDestination = "e_demo_destination"
)

// startDemo starts the databases of the demonstration and adds them to the configuration. Without --store, the store
// is a temporary folder.
func (f *serveFlags) startDemo(cmd *cobra.Command, c *config.Config) (stop func(), err error) {
	source, err := demo.StartSource(cmd.Context())
	if err != nil {
		return nil, message.Wrap(err, "cmd.demo.start_source")
	}
	destination, err := demo.StartDestination(cmd.Context())
	if err != nil {
		_ = source.Close()
		return nil, message.Wrap(err, "cmd.demo.start_destination")
	}
	stop = func() { _, _ = source.Close(), destination.Close() }
	for _, one := range []struct {
		id, name string
		database *demo.Database
	}{{demoSource, "demo-source", source}, {demoDestination, "demo-destination", destination}} {
		c.DataSources = append(c.DataSources, config.DataSource{ID: one.id, Name: one.name,
			Endpoint: engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: one.database.Host,
				Port: one.database.Port, User: "precheck", Password: datasource.NewSecret("demo")})})
	}
	if !cmd.Flags().Changed("store") {
		folder, err := os.MkdirTemp("", "precheck-demo-*")
		if err != nil {
			stop()
			return nil, err
		}
		f.store = folder
		closeDatabases := stop
		stop = func() {
			closeDatabases()
			_ = os.RemoveAll(folder)
		}
	}
	return stop, nil
}
