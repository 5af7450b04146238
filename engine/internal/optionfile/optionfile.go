// Package optionfile reads how the MySQL and MariaDB clients connect: from their option files, such as ~/.my.cnf, and
// from login paths.
//
// The syntax is that of "Using Option Files" in the MySQL Reference Manual.
package optionfile

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// Options are the options of a client that concern connecting. What is not set is zero.
type Options struct {
	Host, User, Socket string
	Port               int
	Password           datasource.Secret
	TLS                datasource.TLS
	ServerPublicKey    string // path of a PEM file
	TCP                bool   // protocol=TCP
}

const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 10      // of files that include others, as in the client
)

// Default returns the path of the user's option file. It may not exist.
func Default() string { return inHome(".my.cnf") }

func inHome(name string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, name)
}

// groups are those that the clients read.
var groups = []string{"client", "mysql"}

// Read reads the groups client and mysql of an option file, and of the files that it includes. Its errors name the
// file and the line; they show no value.
func Read(ctx context.Context, path string) (Options, error) {
	r := reader{ctx: ctx, groups: groups}
	err := r.file(path, 0)
	return r.options, err
}

// reader is the state of reading option files.
type reader struct {
	ctx     context.Context
	groups  []string
	options Options
	found   bool // one of the groups
}

func (r *reader) file(path string, depth int) error {
	if depth > maxDepth {
		return message.Err("engine.optionfile.depth", "path", path, "limit", maxDepth)
	}
	info, err := os.Stat(path)
	if err != nil {
		return unreadable(path, err)
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&0o002 != 0 { // as the client does
		return message.Err("engine.optionfile.writable", "path", path)
	}
	data, err := files.Read(r.ctx, path, maxFile)
	if err != nil {
		return unreadable(path, err)
	}
	return r.lines(path, data, depth)
}

func unreadable(path string, err error) error {
	return message.Err("engine.optionfile.unreadable", "path", path, "reason", files.Reason(err))
}

func (r *reader) lines(path string, data []byte, depth int) error {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	group := ""
	for i, line := range strings.Split(string(data), "\n") {
		fail := func(text message.Text) error {
			return message.Err("engine.optionfile.line", "path", path, "line", i+1, "problem", text)
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "", line[0] == '#', line[0] == ';':
			continue
		case line[0] == '!':
			if err := r.include(line, depth); err != nil {
				return err
			}
			continue
		case line[0] == '[':
			name, _, closed := strings.Cut(line[1:], "]")
			if !closed {
				return fail(message.New("engine.optionfile.group"))
			}
			group = strings.TrimSpace(name)
			r.found = r.found || slices.Contains(r.groups, group)
			continue
		case group == "":
			return fail(message.New("engine.optionfile.no_group"))
		}
		if slices.Contains(r.groups, group) {
			name, value, _ := strings.Cut(withoutComment(line), "=")
			if text, ok := r.set(normal(name), unquoted(value)); !ok {
				return fail(text)
			}
		}
	}
	return nil
}

// include reads the files of !include FILE and !includedir FOLDER.
func (r *reader) include(line string, depth int) error {
	command, path, _ := strings.Cut(line, " ")
	path = strings.TrimSpace(path)
	switch command {
	case "!include":
		return r.file(path, depth+1)
	case "!includedir":
		files, err := os.ReadDir(path)
		if err != nil {
			return unreadable(path, err)
		}
		for _, f := range files {
			if filepath.Ext(f.Name()) != ".cnf" {
				continue
			}
			if err := r.file(filepath.Join(path, f.Name()), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// set sets an option. It returns the problem of a value that cannot be used; other options are ignored.
func (r *reader) set(name, value string) (problem message.Text, ok bool) {
	o := &r.options
	switch name {
	case "host":
		o.Host = value
	case "user":
		o.User = value
	case "password":
		o.Password = datasource.NewSecret(value)
	case "socket":
		o.Socket = value
	case "port":
		port, err := strconv.Atoi(value)
		if err != nil || port < 1 || port > 65535 {
			return message.New("engine.optionfile.port"), false
		}
		o.Port = port
	case "protocol":
		o.TCP = strings.EqualFold(value, "tcp")
	case "ssl-ca":
		o.TLS.CA = value
	case "ssl-cert":
		o.TLS.Cert = value
	case "ssl-key":
		o.TLS.Key = value
	case "ssl-mode":
		mode := datasource.TLSMode(strings.ToLower(strings.ReplaceAll(value, "_", "-")))
		if mode == "" || !mode.Valid() {
			return message.New("engine.optionfile.ssl_mode"), false
		}
		o.TLS.Mode = mode
	case "ssl", "skip-ssl", "ssl-verify-server-cert": // of MariaDB's client
		o.mariadbTLS(name, value)
	case "server-public-key-path":
		o.ServerPublicKey = value
	}
	return message.Text{}, true
}

// mariadbTLS sets the mode as the options of MariaDB's client do.
func (o *Options) mariadbTLS(name, value string) {
	on := value == "" || value == "1" || strings.EqualFold(value, "on") || strings.EqualFold(value, "true")
	switch {
	case name == "ssl-verify-server-cert" && on:
		o.TLS.Mode = datasource.TLSVerifyIdentity
	case name == "ssl" && on && o.TLS.Mode != datasource.TLSVerifyIdentity:
		o.TLS.Mode = datasource.TLSRequired
	case name == "skip-ssl" && on, name == "ssl" && !on:
		o.TLS.Mode = datasource.TLSDisabled
	}
}

// normal returns the name of an option with dashes, and without the prefix that tells a client to ignore an unknown
// option.
func normal(name string) string {
	return strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(name), "_", "-"), "loose-")
}

// withoutComment removes a comment that does not begin a line: from # on, outside of quotes.
func withoutComment(line string) string {
	var quote rune
	escaped := false
	for i, c := range line {
		switch {
		case escaped:
			escaped = false
			continue
		case c == '\\' && quote != 0:
			escaped = true
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '#' && quote == 0:
			return line[:i]
		}
	}
	return line
}

// escapes of a value; another backslash stands for itself.
var escapes = strings.NewReplacer(`\b`, "\b", `\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`, `\s`, " ", `\"`, `"`,
	`\'`, "'")

func unquoted(value string) string {
	value = strings.TrimSpace(value)
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	return escapes.Replace(value)
}
