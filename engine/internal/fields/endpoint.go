package fields

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/files"
	"github.com/dbprecheck/precheck/engine/internal/optionfile"
)

// Endpoint reads a primary database, and its standby, which inherits the primary's type, account and TLS. more are
// further fields of the primary.
func (f *File) Endpoint(n *yaml.Node, path string, e *datasource.Endpoint, standby **datasource.Endpoint,
	more Fields) {
	var second *yaml.Node
	known := Fields{"standby": func(n *yaml.Node, _ string) { second = n }}
	maps.Copy(known, more)
	f.endpoint(n, path, e, known)
	if second != nil {
		inherited := *e
		inherited.Host, inherited.Port, inherited.Socket = "", 0, ""
		inherited.DRC, inherited.InnerDRC = datasource.Login{}, datasource.Login{}
		*standby = &inherited
		f.endpoint(second, path+".standby", *standby, nil)
	}
}

// endpoint reads one database. What its fields do not say comes from the option file and the login path that they
// name.
func (f *File) endpoint(n *yaml.Node, path string, e *datasource.Endpoint, more Fields) {
	var password, login, defaults *yaml.Node
	known := f.endpointFields(e)
	keep := func(to **yaml.Node) func(*yaml.Node, string) { return func(n *yaml.Node, _ string) { *to = n } }
	known["password"], known["loginPath"], known["optionFile"] = keep(&password), keep(&login), keep(&defaults)
	maps.Copy(known, more)
	f.Object(n, path, known)
	f.complete(login, path+".loginPath", e, optionfile.ReadLogin)
	f.complete(defaults, path+".optionFile", e, optionfile.Read)
	optionfile.UseSocket(e)
	if password != nil {
		f.password(password, path+".password", *e, &e.Password)
	}
}

// EndpointNames returns the names of the fields of an endpoint that Endpoint reads.
func EndpointNames() []string {
	names := []string{"password", "loginPath", "optionFile", "standby"}
	return slices.AppendSeq(names, maps.Keys((&File{}).endpointFields(&datasource.Endpoint{})))
}

// Has reports whether a node is a mapping with a field.
func Has(n *yaml.Node, name string) bool {
	n = resolve(n)
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}

func (f *File) complete(n *yaml.Node, path string, e *datasource.Endpoint,
	read func(context.Context, string) (optionfile.Options, error)) {
	if n == nil {
		return
	}
	options, err := read(f.options.context(), f.Text(n, path))
	if err != nil {
		f.Fail(n, path, message.Of(err))
		return
	}
	options.Complete(e)
}

func (f *File) endpointFields(e *datasource.Endpoint) Fields {
	return Fields{
		"type": String(f, &e.Type), "host": f.orVariable(&e.Host), "port": Number(f, &e.Port, 1),
		"socket": String(f, &e.Socket), "user": f.orVariable(&e.User),
		"service": String(f, &e.Service), "sid": String(f, &e.SID),
		"serverPublicKey": String(f, &e.ServerPublicKey), "insecurePassword": Flag(f, &e.InsecurePassword),
		"tls": func(n *yaml.Node, path string) {
			e.TLS = datasource.TLS{}
			f.Object(n, path, Fields{
				"mode": String(f, &e.TLS.Mode), "ca": String(f, &e.TLS.CA), "cert": String(f, &e.TLS.Cert),
				"key": String(f, &e.TLS.Key),
			})
		},
	}
}

// orVariable reads a text, or {env: NAME}.
func (f *File) orVariable(to *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			*to = f.Text(n, path)
			return
		}
		f.Object(n, path, Fields{"env": func(n *yaml.Node, at string) {
			value, set := os.LookupEnv(f.Text(n, at))
			if !set {
				f.Fail(n, path, message.New("engine.password.variable_not_set"))
			}
			*to = value
		}})
	}
}

// Password reads a password: {env: NAME}, {file: path}, {prompt: true}, or the password itself.
func (f *File) Password(n *yaml.Node, path string, to *datasource.Secret) {
	f.password(n, path, datasource.Endpoint{}, to)
}

// password reads the password of an account of an endpoint.
func (f *File) password(n *yaml.Node, path string, e datasource.Endpoint, to *datasource.Secret) {
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
		value, err = f.options.Prompt(path, e)
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
		return "", message.Err("engine.password.file", "reason", files.Reason(err))
	}
	if files.IsExposed(file, info) {
		f.Warn(n, path, message.New("engine.password.file_mode", "file", file))
	}
	data, err := files.Read(f.options.context(), file, files.MaxSecret)
	if err != nil {
		return "", message.Err("engine.password.file", "reason", files.Reason(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
