package main

import (
	"net"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
	"github.com/dbprecheck/precheck/datasource"
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
	start := f.databases
	if start == nil {
		start = demoprogram.Start
	}
	addresses, stop, err := start(cmd.Context())
	if err != nil {
		return nil, err
	}
	for _, one := range []struct{ id, name, address string }{
		{demoSource, "demo-source", addresses.Source},
		{demoDestination, "demo-destination", addresses.Destination},
	} {
		host, port, err := net.SplitHostPort(one.address)
		if err != nil {
			stop()
			return nil, err
		}
		endpoint := datasource.Endpoint{Type: datasource.MySQL, Host: host, User: "precheck",
			Password: datasource.NewSecret("demo")}
		if endpoint.Port, err = strconv.Atoi(port); err != nil {
			stop()
			return nil, err
		}
		c.DataSources = append(c.DataSources, config.DataSource{ID: one.id, Name: one.name,
			Endpoint: engine.At(endpoint)})
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
