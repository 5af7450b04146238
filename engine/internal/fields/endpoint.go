package fields

import (
	"maps"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Endpoint reads a primary database, and its standby, which inherits the primary's type, account and TLS. more are
// further fields of the primary.
func (f *File) Endpoint(n *yaml.Node, path string, e *datasource.Endpoint, standby **datasource.Endpoint,
	more Fields) {
	var second *yaml.Node
	known := f.endpointFields(e)
	known["standby"] = func(n *yaml.Node, _ string) { second = n }
	maps.Copy(known, more)
	f.Object(n, path, known)
	if second != nil {
		inherited := *e
		inherited.Host, inherited.Port = "", 0
		*standby = &inherited
		f.Object(second, path+".standby", f.endpointFields(*standby))
	}
}

func (f *File) endpointFields(e *datasource.Endpoint) Fields {
	return Fields{
		"type": String(f, &e.Type), "host": String(f, &e.Host), "port": Number(f, &e.Port, 1), "user": String(f, &e.User),
		"service": String(f, &e.Service), "sid": String(f, &e.SID),
		"serverPublicKey": String(f, &e.ServerPublicKey), "insecurePassword": Flag(f, &e.InsecurePassword),
		"password": func(n *yaml.Node, path string) { f.Password(n, path, &e.Password) },
		"tls": func(n *yaml.Node, path string) {
			e.TLS = datasource.TLS{}
			f.Object(n, path, Fields{
				"mode": String(f, &e.TLS.Mode), "ca": String(f, &e.TLS.CA), "cert": String(f, &e.TLS.Cert),
				"key": String(f, &e.TLS.Key),
			})
		},
	}
}

// Password reads a password: {env: NAME}, {file: path}, {prompt: true}, or the password itself.
func (f *File) Password(n *yaml.Node, path string, to *datasource.Secret) {
	if n.Kind == yaml.ScalarNode {
		f.Warn(n, path, message.New("engine.password.in_task_file"))
		*to = datasource.NewSecret(n.Value)
		return
	}
	var env, file string
	var prompt bool
	before := len(f.Errs)
	f.Object(n, path, Fields{"env": String(f, &env), "file": String(f, &file), "prompt": Flag(f, &prompt)})
	if len(f.Errs) > before {
		return
	}
	given := 0
	for _, is := range []bool{env != "", file != "", prompt} {
		if is {
			given++
		}
	}
	var value string
	var err error
	switch {
	case given != 1:
		f.Fail(n, path, message.New("engine.password.one_source"))
		return
	case f.options.NoPasswords:
		return
	case env != "":
		var set bool
		if value, set = os.LookupEnv(env); !set {
			err = message.Err("engine.password.variable_not_set")
		}
	case file != "":
		value, err = f.passwordFile(n, path, file)
	case f.options.Prompt == nil:
		err = message.Err("engine.password.no_terminal")
	default:
		value, err = f.options.Prompt(path)
	}
	if err != nil {
		f.Fail(n, path, message.Of(err))
	}
	*to = datasource.NewSecret(value)
}

// passwordFile reads the first line of a file. Its error does not show the name, which may be the password.
func (f *File) passwordFile(n *yaml.Node, path, file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", message.Err("engine.password.file", "reason", Reason(err))
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		f.Warn(n, path, message.New("engine.password.file_mode", "file", file))
	}
	data, err := ReadFile(f.options.context(), file, maxSecret)
	if err != nil {
		return "", message.Err("engine.password.file", "reason", Reason(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
