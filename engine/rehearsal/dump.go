package rehearsal

import (
	"context"
	"database/sql"
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// LoadDump executes the dump of a task's source on a disposable server, and returns the task with that server as its
// source, and a function that stops the server. Statements outside a schema, as in the dump of one database, are
// executed in the one that the task names, or the file. Images are the Docker images of the server, by preference; nil
// are the public ones of the version that the dump names.
func LoadDump(ctx context.Context, t engine.Task, images []string) (loaded engine.Task, stop func() error, err error) {
	path := t.Source.Dump
	scripts, err := files.ReadDump(ctx, path)
	if err != nil {
		return t, nil, message.Err("engine.dump.file", "path", path, "reason", files.Reason(err))
	}
	for _, s := range scripts {
		if images == nil {
			images = imagesOfDump(t.Source.Type, s.Text)
		}
	}
	server, err := disposable.Start(ctx, products[t.Source.Type], disposable.Options{Images: images})
	if err != nil {
		return t, nil, message.Err("engine.rehearsal.no_server", "reason", message.Verbatim(err.Error()))
	}
	t.Source = engine.At(endpointOf(t.Source.Type, server))
	if names := t.Objects.Databases; len(names) == 1 && len(scripts) == 1 {
		scripts[0].Schema = names[0].Name
	}
	if err := execute(ctx, t.Source.Endpoint, scripts); err != nil {
		_ = server.Stop()
		return t, nil, err
	}
	return t, server.Stop, nil
}

// endpointOf returns the endpoint of a disposable server.
func endpointOf(t datasource.Type, s *disposable.Server) datasource.Endpoint {
	return datasource.Endpoint{Type: t, Host: s.Host, Port: s.Port, User: s.User,
		Password: datasource.NewSecret(s.Password)}
}

// dumpedVersion matches the version of the server in the head of a dump.
var dumpedVersion = regexp.MustCompile(`(?m)^-- Server version\s+(\d\S*)`)

// imagesOfDump returns the public images of the server that was dumped; nil if the dump does not name its version.
func imagesOfDump(t datasource.Type, dump string) []string {
	m := dumpedVersion.FindStringSubmatch(dump[:min(len(dump), 4<<10)])
	if m == nil {
		return nil
	}
	version, ok := datasource.ParseVersion(m[1])
	if !ok {
		return nil
	}
	return publicImages(t, version)
}

// execute executes the scripts of a dump.
func execute(ctx context.Context, e datasource.Endpoint, scripts []files.Script) error {
	conn, err := openSession(ctx, e, "SET NAMES utf8mb4")
	if err != nil {
		return err
	}
	defer func() { _ = conn.end() }()
	current := ""
	for _, script := range scripts {
		if schema := script.Schema; len(scripts) > 1 && schema != current && schema != "" {
			if _, err := conn.ExecContext(ctx, "USE "+quote(schema)); err != nil {
				return err
			}
			current = schema
		}
		if err := executeScript(ctx, conn.Conn, script); err != nil {
			return err
		}
	}
	return nil
}

func executeScript(ctx context.Context, conn *sql.Conn, script files.Script) error {
	for _, s := range split(script.Text, script.Delimiter) {
		_, err := conn.ExecContext(ctx, s.sql)
		if number, _, _ := mysql.ServerError(err); number == noDatabase {
			err = executeIn(ctx, conn, script.Schema, s.sql)
		}
		if number, text, ok := mysql.ServerError(err); ok {
			return message.Err("engine.dump.statement", "path", script.Path, "line", s.line, "error",
				message.Verbatim((&ServerError{number, oneLine(text)}).Error()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noDatabase is the error of a statement without a current schema.
const noDatabase = 1046

// executeIn creates a schema and executes a statement and those that follow in it.
func executeIn(ctx context.Context, conn *sql.Conn, schema, statement string) error {
	for _, s := range []string{"CREATE DATABASE IF NOT EXISTS " + quote(schema), "USE " + quote(schema), statement} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// statement is a statement of a script.
type statement struct {
	sql  string
	line int
}

// split returns the statements of a script. A line that begins with DELIMITER names another delimiter between them, as
// for the command-line clients; there is no other command of theirs.
func split(script, delimiter string) []statement {
	var all []statement
	begin, at := 0, 0
	lines, counted := 1, 0 // the line of a position
	significant := false   // a token of the statement is not space
	end := func(next int) {
		if significant {
			sql := strings.TrimSpace(script[begin:at])
			first := begin + strings.Index(script[begin:], sql)
			all = append(all, statement{sql, lines + strings.Count(script[counted:first], "\n")})
			lines, counted = all[len(all)-1].line, first
		}
		begin, at, significant = next, next, false
	}
	for at < len(script) {
		if strings.HasPrefix(script[at:], delimiter) {
			end(at + len(delimiter))
			continue
		}
		t := next(script[at:])
		if !significant && t.is("DELIMITER") {
			command, _, _ := strings.Cut(script[at:], "\n")
			if fields := strings.Fields(command); len(fields) > 1 {
				delimiter = fields[1]
			}
			at += len(command)
			begin = at
			continue
		}
		if t.kind == word {
			if i := strings.Index(t.text, delimiter); i > 0 {
				t.text = t.text[:i]
			}
		}
		significant = significant || t.kind != space || executable.MatchString(t.text)
		at += len(t.text)
	}
	end(len(script))
	return all
}

// executable matches the beginning of a comment that is a statement for some versions.
var executable = regexp.MustCompile(`^/\*M?!`)
