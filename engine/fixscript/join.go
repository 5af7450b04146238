package fixscript

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

var (
	// joinable are the clauses of MySQL and MariaDB that mean the same alone and beside others.
	joinable = starts(`(MODIFY|CHANGE|ALTER|ADD|DROP|COMMENT|ENGINE|ROW_FORMAT|KEY_BLOCK_SIZE)\b|\w+\s*=\s*DEFAULT$`)
	alone    = starts(`(ADD|DROP|ALTER)\s+PARTITION\b|ADD\s+FOREIGN\b|ADD\s+CONSTRAINT\b|DROP\s+FOREIGN\b`)
	ofColumn = regexp.MustCompile("(?is)^(MODIFY|CHANGE|ALTER|ADD|DROP)\\s+(?:COLUMN\\s+)?(`(?:[^`]|``)*`)")
	converts = starts(`CONVERT\s+TO\b`)
	charset  = regexp.MustCompile(`(?is)\bCHARACTER SET \w+ COLLATE (\w+)`)
)

// Join joins ALTER TABLE statements of one table into one where that does not change what they do, and drops
// repetitions. The order of the tables and of everything else stays.
func Join(t datasource.Type, statements []string) []string {
	m := newMerger(t)
	for _, s := range statements {
		m.add(&step{sql: s}, true)
	}
	joined := make([]string, len(m.steps))
	for i, s := range m.steps {
		joined[i] = s.text()
	}
	return joined
}

// step is a statement of a script with the findings that it fixes.
type step struct {
	sql      string      // without the final semicolon
	alter    *alterTable // of sql, if it is one
	joins    bool        // others can join it
	together bool        // sql is several statements that belong together
	fixes    []*fix
	reasons  []reason // why it is not to be run as it is
}

func (s *step) text() string {
	if s.joins {
		return s.alter.String()
	}
	return s.sql
}

// merger collects steps in order.
type merger struct {
	dialect datasource.Type
	steps   []*step
	bySQL   map[string]*step
	byTable map[string][]*step
}

func newMerger(t datasource.Type) *merger {
	return &merger{dialect: t, bySQL: map[string]*step{}, byTable: map[string][]*step{}}
}

// add adds a step, or joins it with an earlier one if join allows it. A step that changes a column again stays apart;
// if it would undo the first change, it has a reason not to run it.
func (m *merger) add(next *step, join bool) {
	if same := m.bySQL[next.sql]; same != nil {
		same.fixes = append(same.fixes, next.fixes...)
		return
	}
	alter, ok := readAlter(next.sql)
	if !ok || next.together {
		m.append(next)
		return
	}
	next.alter = &alter
	own := m.byTable[alter.table]
	again, undoes := false, false
	for _, s := range own {
		a, u := overlap(s.alter.clauses, alter.clauses)
		again, undoes = again || a, undoes || u
	}
	if undoes {
		next.reasons = append(next.reasons, reasonUndoes)
	}
	if next.joins = !undoes && canJoin(m.dialect, alter); join && next.joins && !again && len(own) > 0 {
		if last := own[len(own)-1]; last.joins {
			last.join(next)
			m.bySQL[next.sql] = last
			return
		}
	}
	m.append(next)
}

func (m *merger) append(next *step) {
	m.steps = append(m.steps, next)
	m.bySQL[next.sql] = next
	if next.alter != nil {
		m.byTable[next.alter.table] = append(m.byTable[next.alter.table], next)
	}
}

// join adds the clauses and findings of another step of the table.
func (s *step) join(other *step) {
	for _, c := range other.alter.clauses {
		if !slices.Contains(s.alter.clauses, c) {
			s.alter.clauses = append(s.alter.clauses, c)
		}
	}
	s.fixes = append(s.fixes, other.fixes...)
}

func canJoin(t datasource.Type, a alterTable) bool {
	return (t == datasource.MySQL || t == datasource.MariaDB) && !slices.ContainsFunc(a.clauses, func(c string) bool {
		return !joinable.MatchString(c) || alone.MatchString(c)
	})
}

// overlap compares the clauses of two statements about a table. again reports that the second is about a column of the
// first, undoes that it defines that column again in another way, or converts the table again.
func overlap(first, second []string) (again, undoes bool) {
	for _, b := range second {
		for _, a := range first {
			if a == b {
				continue
			}
			if converts.MatchString(a) && converts.MatchString(b) {
				undoes = true
			}
			columnA, columnB := ofColumn.FindStringSubmatch(a), ofColumn.FindStringSubmatch(b)
			if columnA == nil || columnB == nil || !strings.EqualFold(columnA[2], columnB[2]) {
				continue
			}
			again = true
			undoes = undoes || !strings.EqualFold(columnB[1], "ALTER")
		}
	}
	return again, undoes
}

// collationsOf returns the collations that a statement sets.
func collationsOf(statement string) []string {
	var all []string
	for _, m := range charset.FindAllStringSubmatch(statement, -1) {
		all = append(all, strings.ToLower(m[1]))
	}
	return all
}
