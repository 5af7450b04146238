package fixscript

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

// A table is large from these on: a script does not rebuild it.
const (
	largeRows  = 1_000_000
	largeBytes = 1 << 30
)

// objectsOfRule is how many objects of a rule a comment names.
const objectsOfRule = 5

// reason is a reason why a statement is commented out.
type reason string

const (
	reasonCharacters reason = "characters"
	reasonUndoes     reason = "undoes"
	reasonPrivilege  reason = "privilege"
	reasonRestart    reason = "restart"
	reasonLarge      reason = "large"
	reasonData       reason = "data"
)

func (r reason) text() message.Text {
	switch r {
	case reasonCharacters:
		return message.New("fixscript.reason.characters")
	case reasonUndoes:
		return message.New("fixscript.reason.undoes")
	case reasonPrivilege:
		return message.New("fixscript.reason.privilege")
	case reasonRestart:
		return message.New("fixscript.reason.restart")
	case reasonLarge:
		return message.New("fixscript.reason.large")
	}
	return message.New("fixscript.reason.data")
}

// script is the script of a database being written.
type script struct {
	strings.Builder
	report  *engine.Report
	on      checks.Place
	dialect datasource.Type
	steps   []*step // to run
	apart   []*step
	byHand  []*fix
	waits   map[*fix]bool                   // a statement of the finding is apart
	sizes   map[string]datasource.TableSize // of tables of the source, by quoted name
}

// reasons returns why a statement is not to be run as it is.
func (s *script) reasons(sql string) []reason {
	var all []reason
	for _, e := range EffectsOf(s.dialect, sql) {
		switch e {
		case Privilege:
			all = append(all, reasonPrivilege)
		case Restart:
			all = append(all, reasonRestart)
		case Data:
			all = append(all, reasonData)
		case Rebuild:
			if size, known := s.sizeOf(sql); known && (size.Rows >= largeRows || size.Bytes >= largeBytes) {
				all = append(all, reasonLarge)
			}
		}
	}
	return all
}

// sizeOf returns the size of the table of an ALTER TABLE statement, where the report knows it.
func (s *script) sizeOf(sql string) (size datasource.TableSize, known bool) {
	alter, ok := readAlter(sql)
	if ok {
		size, known = s.sizes[alter.table]
	}
	return size, known
}

func (s *script) write() Script {
	s.header()
	wrapped := s.convertsSeveral()
	if len(s.steps)+len(s.apart) > 0 {
		s.settings()
	}
	if wrapped {
		s.comment("", message.New("fixscript.foreign_keys"))
		s.WriteString("SET @precheck_foreign_key_checks = @@SESSION.foreign_key_checks;\n" +
			"SET SESSION foreign_key_checks = 0;\n\n")
	}
	for _, step := range s.steps {
		s.step(step, "")
	}
	if wrapped {
		s.WriteString("SET SESSION foreign_key_checks = @precheck_foreign_key_checks;\n\n")
	}
	if len(s.apart) > 0 {
		s.title(message.New("fixscript.apart"))
		for _, step := range s.apart {
			s.step(step, "-- ")
		}
	}
	if len(s.byHand) > 0 {
		s.title(message.New("fixscript.by_hand"))
		for _, group := range byRule(s.byHand) {
			s.found(group)
			s.comment("  ", message.New("engine.finding.remedy", "remedy", message.Verbatim(group[0].Remedy)))
		}
	}
	name := strings.ToLower(strings.ReplaceAll(s.on.String(), "_", "-"))
	return Script{On: s.on, Name: "fix-" + name + ".sql", Statements: len(s.steps), Apart: len(s.apart),
		ByHand: len(s.byHand), SQL: strings.TrimRight(s.String(), "\n") + "\n"}
}

func (s *script) header() {
	r := s.report
	s.comment("", message.New("fixscript.title", "place", s.on.Text(), "name", r.Task.Name))
	s.comment("", message.New("fixscript.server", "server", s.server()))
	s.comment("", message.New("fixscript.only", "place", s.on.Text()))
	s.comment("", message.New("fixscript.counts", "run", message.New("fixscript.statements", "count", len(s.steps)),
		"apart", message.New("fixscript.statements", "count", len(s.apart)),
		"hand", message.New("fixscript.findings", "count", len(s.byHand))))
	s.WriteByte('\n')
}

// server describes the server of the script.
func (s *script) server() message.Text {
	of := s.report.Task.Source
	if s.on.Side == checks.Dest {
		of = s.report.Task.Destination
	}
	end := of.Endpoint
	if s.on.Role == checks.Slave && of.Standby != nil {
		end = *of.Standby
	}
	product, account := string(end.Type), end.User
	for _, d := range s.report.Databases {
		if d.Side == s.on.Side && d.Role == s.on.Role {
			product, account = d.Server.String(), cmp.Or(d.Server.Account, account)
		}
	}
	return message.New("fixscript.at", "product", product, "address", end.WithDefaults().Address(), "account", account)
}

// settings fixes the settings of the session that decide how the statements are read and whether a value that does not
// fit is refused. Zero dates in defaults that a statement does not change are accepted.
func (s *script) settings() {
	switch {
	case s.dialect.Dialect() == datasource.MySQLDialect:
		s.comment("", message.New("fixscript.settings"))
		s.WriteString("SET NAMES utf8mb4;\nSET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';\n\n")
	case s.dialect == datasource.Oracle:
		s.comment("", message.New("fixscript.settings_oracle"))
		s.WriteString("SET DEFINE OFF\n\n")
	}
}

// convertsSeveral reports whether statements give several tables the same collation. Foreign keys between them need
// both to be changed before they are checked. MariaDB refuses the change of a column of a foreign key also then (errors
// 1832 and 1833; tried on 10.11).
func (s *script) convertsSeveral() bool {
	if s.dialect != datasource.MySQL {
		return false
	}
	tables := map[string]string{} // by collation
	for _, step := range s.steps {
		alter, ok := readAlter(step.text())
		if !ok || step.together {
			continue
		}
		for _, collation := range collationsOf(step.text()) {
			if other, known := tables[collation]; known && other != alter.table {
				return true
			}
			tables[collation] = alter.table
		}
	}
	return false
}

// step writes a statement after what it fixes. Each line begins with before.
func (s *script) step(step *step, before string) {
	for _, group := range byRule(step.fixes) {
		s.found(group)
	}
	for i, r := range step.reasons {
		if !slices.Contains(step.reasons[:i], r) {
			s.comment("  ", r.text())
		}
	}
	if !step.together && slices.Contains(EffectsOf(s.dialect, step.text()), Rebuild) {
		if size, known := s.sizeOf(step.text()); known {
			s.comment("  ", message.New("fixscript.rebuild_size", "count", max(size.Rows, 0), "bytes",
				message.Bytes(size.Bytes)))
		} else {
			s.comment("  ", message.New("fixscript.rebuild"))
		}
	}
	for line := range strings.SplitSeq(step.text()+";", "\n") {
		if isComment(line) {
			line = strings.TrimSuffix(line, ";")
			s.WriteString(line + "\n")
			continue
		}
		s.WriteString(before + line + "\n")
	}
	s.WriteByte('\n')
}

// byRule groups findings of one rule of an item, each object once. Without statements they share the remedy, too.
func byRule(fixes []*fix) [][]*fix {
	type key struct {
		item         engine.Item
		rule, remedy string
	}
	type object struct {
		key
		checks.Object
	}
	var groups [][]*fix
	at, known := map[key]int{}, map[object]bool{}
	for _, f := range fixes {
		k := key{f.item, f.Rule, ""}
		if len(f.SQL) == 0 {
			k.remedy = f.Remedy
		}
		if known[object{k, f.Object}] {
			continue
		}
		known[object{k, f.Object}] = true
		i, ok := at[k]
		if !ok {
			i, at[k] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// found writes what is wrong: the item, and the message of each object.
func (s *script) found(group []*fix) {
	for i, f := range group {
		if i == objectsOfRule {
			s.comment("  ", message.New("fixscript.more", "count", len(group)-i))
			return
		}
		s.comment("", message.New("fixscript.finding", "type", f.item.Check.Type, "level", f.Level.Text(),
			"finding", message.Verbatim(f.Message)))
	}
}

func (s *script) title(text message.Text) {
	s.comment("", message.Verbatim(strings.Repeat("-", 70)))
	s.comment("", text)
	s.WriteByte('\n')
}

// comment writes a comment of one line.
func (s *script) comment(indent string, text message.Text) {
	fmt.Fprintf(s, "-- %s%s\n", indent, strings.Join(strings.Fields(visible.Line(text.In(s.report.Task.Lang))), " "))
}
