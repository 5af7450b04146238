package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/internal/optionfile"
)

// ClientOptions are where the clients of MySQL and MariaDB find how to connect. Of two that say the same, the first
// applies.
type ClientOptions struct {
	LoginPath    string // of mysql_config_editor; empty: none
	DefaultsFile string // an option file; empty: none
	UserFile     bool   // the user's own option file, ~/.my.cnf, if it exists
	Environment  bool   // the variables MYSQL_HOST and MYSQL_PWD
}

// Read reads the options. complete sets what an endpoint of the MySQL protocol does not have. Errors name the file
// and the line, and show no value.
func (o ClientOptions) Read(ctx context.Context) (complete func(*datasource.Endpoint), err error) {
	var all []optionfile.Options
	if o.LoginPath != "" {
		login, err := optionfile.ReadLogin(ctx, o.LoginPath)
		if err != nil {
			return nil, err
		}
		all = append(all, login)
	}
	files := []string{o.DefaultsFile}
	if file := optionfile.Default(); o.UserFile && exists(file) {
		files = append(files, file)
	}
	for _, file := range files {
		if file == "" {
			continue
		}
		options, err := optionfile.Read(ctx, file)
		if err != nil {
			return nil, err
		}
		all = append(all, options)
	}
	if o.Environment {
		all = append(all, optionfile.Options{Host: os.Getenv("MYSQL_HOST"),
			Password: datasource.NewSecret(os.Getenv("MYSQL_PWD"))})
	}
	return func(e *datasource.Endpoint) {
		if e.Type == datasource.Oracle || e.Type == datasource.OceanBaseOracle {
			return
		}
		for _, options := range all {
			options.Complete(e)
		}
		optionfile.UseSocket(e)
	}, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
