package grantscript

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

// placeholder stands for the password. It is not a literal, so a server refuses a statement with it.
const placeholder = "<password>"

// checksOfPrivilege is how many checks a comment names.
const checksOfPrivilege = 4

// script is what the scripts of one endpoint contain.
type script struct {
	end    *end
	task   engine.Task
	units  units
	set    *set
	apart  *set // privileges that only notes need; nil if there are none
	gaps   []message.Text
	absent map[datasource.TableName]bool // named tables that do not exist
	// anyTable reports that privileges are on any table of Oracle, because the tables of a schema are not known.
	anyTable bool
}

func (s *script) optional() *set {
	if s.apart == nil {
		s.apart = newSet(s.end)
	}
	return s.apart
}

// write returns the script of the database, and before it that of its root if it needs one.
func (s *script) write() []Script {
	main := &writer{script: s, on: s.end.place()}
	if !s.end.root {
		main.write()
		return []Script{main.result()}
	}
	root := &writer{script: s, on: s.end.place()}
	root.on.Root = true
	root.writeRoot()
	main.write()
	return []Script{root.result(), main.result()}
}

// writer writes one script.
type writer struct {
	*script
	strings.Builder
	on                checks.Place
	statements, apart int
}

func (w *writer) result() Script {
	name := strings.ToLower(strings.ReplaceAll(w.on.String(), "_", "-"))
	return Script{On: w.on, Name: "grants-" + name + ".sql", Statements: w.statements, Apart: w.apart,
		SQL: strings.TrimRight(w.String(), "\n") + "\n"}
}

// ofRoot are the privileges with which a common account runs LogMiner in the root.
var ofRoot = []string{"LOGMINING", "EXECUTE"}

// inRoot reports whether a privilege is granted in the root instead of the pluggable database.
func (w *writer) inRoot(privilege string) bool {
	return w.end.root && slices.Contains(ofRoot, privilege)
}

// writeRoot writes the script of the root of a container database.
func (w *writer) writeRoot() {
	w.header()
	w.create()
	w.comment("", message.New("grantscript.common"))
	w.statement("GRANT CREATE SESSION, SET CONTAINER TO " + w.end.grantee() + " CONTAINER = ALL")
	w.grants(w.set, false)
}

func (w *writer) write() {
	w.header()
	switch {
	case w.end.root:
		w.comment("", message.New("grantscript.after_root", "place", checks.Place{Side: w.end.side, Role: checks.Master,
			Root: true}.Text()))
		w.WriteByte('\n')
	default:
		w.create()
		if w.end.kind.Dialect() == datasource.OracleDialect {
			w.comment("", message.New("grantscript.session"))
			w.statement("GRANT CREATE SESSION TO " + w.end.grantee())
		}
	}
	w.quota()
	w.grants(w.set, false)
	if optional := w.script.apart; optional != nil {
		for on, privileges := range optional.granted { // what something else needs too
			for p := range privileges {
				if w.set.includes(on, p) {
					delete(privileges, p)
				}
			}
			if len(privileges) == 0 {
				delete(optional.granted, on)
			}
		}
		if len(optional.granted) > 0 {
			w.title(message.New("grantscript.optional"))
			w.grants(optional, true)
		}
	}
	if len(w.gaps) > 0 {
		w.title(message.New("grantscript.gaps"))
		for _, gap := range w.gaps {
			w.comment("", gap)
		}
	}
}

func (w *writer) header() {
	w.comment("", message.New("grantscript.title", "place", w.on.Text(), "name", w.task.Name))
	end := w.end.endpoint.Endpoint.WithDefaults()
	if w.end.assumed {
		w.comment("", message.New("grantscript.server_assumed", "server", w.end.server.String(), "address",
			end.Address()))
	} else {
		w.comment("", message.New("grantscript.server", "server", w.end.server.String(), "address", end.Address()))
	}
	w.comment("", message.New("grantscript.phases", "phases", w.task.Phases.Names()))
	w.comment("", message.New("grantscript.only", "place", w.on.Text()))
	if w.end.endpoint.Standby != nil {
		w.comment("", message.New("grantscript.standby"))
	}
	w.WriteByte('\n')
	switch {
	case w.end.kind.Dialect() == datasource.MySQLDialect:
		mode := "STRICT_ALL_TABLES"
		// GRANT creates an account without a password where this mode is off (MySQL 5.7 Reference Manual, "SQL Modes").
		if !w.end.server.IsMySQL() || w.end.server.Version.Before(8) {
			mode += ",NO_AUTO_CREATE_USER"
		}
		w.comment("", message.New("grantscript.settings"))
		w.WriteString("SET NAMES utf8mb4;\nSET SESSION sql_mode = '" + mode + "';\n\n")
	case w.end.kind == datasource.Oracle:
		w.comment("", message.New("grantscript.settings_oracle"))
		w.WriteString("SET DEFINE OFF\nWHENEVER SQLERROR EXIT FAILURE\n\n")
	}
}

// create writes the statement that creates the account.
func (w *writer) create() {
	sql := "CREATE USER " + w.end.grantee() + " IDENTIFIED BY " + placeholder
	if w.end.common {
		sql += " CONTAINER = ALL"
	}
	if w.end.exists {
		w.comment("", message.New("grantscript.exists"))
		w.setApart(sql)
		return
	}
	if w.end.kind.Dialect() == datasource.OracleDialect {
		w.comment("", message.New("grantscript.password_oracle"))
	} else {
		w.comment("", message.New("grantscript.password"))
	}
	w.statement(sql)
}

// quota writes what an account needs to store data in its own schema.
func (w *writer) quota() {
	if w.end.kind == datasource.Oracle && w.end.side == checks.Dest && !w.end.exists &&
		slices.Contains(w.units.all, w.end.account.User) {
		w.comment("", message.New("grantscript.quota"))
		w.setApart("ALTER USER " + w.end.grantee() + " QUOTA UNLIMITED ON <tablespace>")
	}
}

// grants writes the statements of a set.
func (w *writer) grants(s *set, apart bool) {
	for _, on := range s.scopes() {
		privileges := slices.DeleteFunc(s.privileges(on), func(p string) bool { return w.inRoot(p) != w.on.Root })
		if len(privileges) == 0 {
			continue
		}
		for _, same := range w.byReason(s, on, privileges) {
			w.comment("", same)
		}
		sql := "GRANT " + strings.Join(privileges, ", ")
		if on.text != "" {
			sql += " ON " + on.text
		}
		sql += " TO " + w.end.grantee()
		switch {
		case w.absent[datasource.TableName{Schema: on.schema, Name: on.table}] &&
			!slices.Contains(privileges, "CREATE"):
			w.comment("  ", message.New("grantscript.absent"))
			w.setApart(sql)
		case apart:
			w.setApart(sql)
		default:
			w.statement(sql)
		}
	}
}

// byReason returns a line for each reason, with the privileges that have it.
func (w *writer) byReason(s *set, on scope, privileges []string) []message.Text {
	type group struct {
		names []string
		reason
	}
	var groups []*group
	for _, p := range privileges {
		r := s.granted[on][p]
		i := slices.IndexFunc(groups, func(g *group) bool {
			return g.kind == r.kind && g.phases == r.phases && slices.Equal(g.types, r.types)
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, &group{reason: r})
		}
		groups[i].names = append(groups[i].names, p)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(a.kind, b.kind) })
	var lines []message.Text
	for _, g := range groups {
		types := message.Verbatim(strings.Join(g.types, ", "))
		if rest := len(g.types) - checksOfPrivilege; rest > 0 {
			types = message.New("grantscript.more_checks", "types", g.types[:checksOfPrivilege], "count", rest)
		}
		lines = append(lines, g.textOf(g.names, types))
	}
	return lines
}

func (r reason) textOf(privileges []string, types message.Text) message.Text {
	names, phases := strings.Join(privileges, ", "), r.phases.Names()
	switch r.kind {
	case migrates:
		return message.New("grantscript.migrates", "privileges", names, "phases", phases, "types", types)
	case helps:
		return message.New("grantscript.helps", "privileges", names, "phases", phases, "types", types)
	case documented:
		return message.New("grantscript.documented", "privileges", names, "phases", phases)
	case listed:
		return message.New("grantscript.listed", "privileges", names, "types", types)
	}
	return message.New("grantscript.reads", "privileges", names, "types", types, "phases", phases)
}

// includes reports whether a privilege is granted on a scope or on a wider one.
func (s *set) includes(on scope, privilege string) bool {
	for _, scope := range append(s.wider(on), on) {
		if _, held := s.granted[scope][privilege]; held {
			return true
		}
	}
	return false
}

func (w *writer) statement(sql string) {
	if !visible.Safe(sql) {
		w.comment("  ", message.New("grantscript.characters"))
		w.setApart(sql)
		return
	}
	w.statements++
	w.WriteString(sql + ";\n\n")
}

// setApart writes a statement as a comment.
func (w *writer) setApart(sql string) {
	w.apart++
	fmt.Fprintf(w, "-- %s;\n\n", visible.Line(sql))
}

func (w *writer) title(text message.Text) {
	w.comment("", message.Verbatim(strings.Repeat("-", 70)))
	w.comment("", text)
	w.WriteByte('\n')
}

// comment writes a comment of one line.
func (w *writer) comment(indent string, text message.Text) {
	fmt.Fprintf(w, "-- %s%s\n", indent, strings.Join(strings.Fields(visible.Line(text.In(w.task.Lang))), " "))
}
