package oracletest

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The dictionary is described in text files, one per family of views, so that it can be
// read next to Oracle Database Reference:
//
//	view DBA_TABLES ALL_TABLES USER_TABLES-OWNER   views over the same rows; the first names them
//	from https://...                               the page the columns were read from
//	since 12.1                                     the release that has the first of them (11.2 if absent)
//	OWNER VARCHAR2(128), TABLE_NAME VARCHAR2(128)  columns
//	HAS_IDENTITY VARCHAR2(3) since 12.1            a column of later releases
//	since 12.2: DUPLICATED VARCHAR2(1), ...        several of them
//	over DBA_TAB_COLS where HIDDEN_COLUMN='NO'     the rows are those of another family
//
// After a USER_ view, -X says that the view shows the rows whose X is the user and has no column X; =X that
// it shows them and has X. A further -Y removes Y, too. After a GV$ view, INST_ID is added.
//
//go:embed dictionary/*.txt
var dictionaryFiles embed.FS

// family is a set of views over the same rows.
type family struct {
	name    string // of the first view, and of the table of SQLite
	columns []dictColumn
}

// dictColumn is a column that exists in the chosen release.
type dictColumn struct {
	name string
	decl string // type, as Oracle declares it
}

// view is one view of the dictionary.
type view struct {
	name    string
	columns []dictColumn
	rows    *family
	where   string // condition in SQLite on the family's columns
	owner   string // column that holds the user, for a USER_ view
	global  bool   // INST_ID comes first
}

// dictionary is the documented dictionary of one release.
type dictionary struct {
	views map[string]*view
}

var (
	dictionaryMu sync.Mutex
	dictionaries = make(map[string]*dictionary)
)

// dictionaryOf returns the dictionary of the release.
func dictionaryOf(r Release) (*dictionary, error) {
	dictionaryMu.Lock()
	defer dictionaryMu.Unlock()
	if d := dictionaries[r.String()]; d != nil {
		return d, nil
	}
	entries, err := dictionaryFiles.ReadDir("dictionary")
	if err != nil {
		return nil, err
	}
	d := &dictionary{views: make(map[string]*view)}
	for _, e := range entries {
		text, err := dictionaryFiles.ReadFile("dictionary/" + e.Name())
		if err != nil {
			return nil, err
		}
		if err := d.read(r, string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	dictionaries[r.String()] = d
	return d, nil
}

// block is the part of the file about one family.
type block struct {
	views   []string
	over    string
	where   string
	columns []dictColumn
	absent  bool // the release has none of the views
}

func (d *dictionary) read(r Release, text string) error {
	var b *block
	for number, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "--")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if words[0] == "view" {
			if err := d.add(b); err != nil {
				return err
			}
			b = &block{views: words[1:]}
			continue
		}
		if b == nil {
			return fmt.Errorf("line %d: no view yet", number+1)
		}
		var err error
		switch words[0] {
		case "from":
		case "since":
			var since Release
			number, columns, several := strings.Cut(strings.Join(words[1:], " "), ":")
			since, err = parseRelease(number)
			switch has := r.atLeast(since.major, since.minor); {
			case err != nil:
			case !several:
				b.absent = !has
			case has:
				err = b.addColumns(r, columns)
			}
		case "over":
			b.over = words[1]
			if len(words) > 3 {
				b.where = strings.Join(words[3:], " ")
			}
		default:
			err = b.addColumns(r, line)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	return d.add(b)
}

// addColumns reads columns that a comma and a space part.
func (b *block) addColumns(r Release, text string) error {
	for _, c := range strings.Split(text, ", ") {
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(c), ","))
		if len(words) == 0 {
			continue
		}
		if err := b.column(r, words); err != nil {
			return err
		}
	}
	return nil
}

// column reads "NAME TYPE [since R] [until R]"; until names the first release without it.
func (b *block) column(r Release, words []string) error {
	end := len(words)
	keep := true
	for i := 1; i+1 < len(words); i++ {
		if words[i] != "since" && words[i] != "until" {
			continue
		}
		bound, err := parseRelease(words[i+1])
		if err != nil {
			return err
		}
		has := r.atLeast(bound.major, bound.minor)
		keep = keep && has == (words[i] == "since")
		end = min(end, i)
	}
	c := dictColumn{name: words[0], decl: strings.Join(words[1:end], " ")}
	if c.decl != "" {
		if _, err := columnOf(c.name, c.decl); err != nil {
			return err
		}
	}
	if keep {
		b.columns = append(b.columns, c)
	}
	return nil
}

// add puts the block's views into the dictionary.
func (d *dictionary) add(b *block) error {
	if b == nil || b.absent {
		return nil
	}
	first, _, _ := cutSuffixes(b.views[0])
	rows := &family{name: first, columns: b.columns}
	if b.over != "" {
		base := d.views[b.over]
		if base == nil {
			return fmt.Errorf("view %s: %s is not described above it", first, b.over)
		}
		rows = base.rows
		for i, c := range b.columns {
			at := slices.IndexFunc(rows.columns, func(o dictColumn) bool { return o.name == c.name })
			if at < 0 {
				return fmt.Errorf("view %s: %s has no column %s", first, b.over, c.name)
			}
			b.columns[i].decl = rows.columns[at].decl
		}
	}
	for _, spec := range b.views {
		name, owner, without := cutSuffixes(spec)
		v := &view{name: name, rows: rows, where: b.where, owner: owner, global: strings.HasPrefix(name, "GV$")}
		for _, c := range b.columns {
			if !slices.Contains(without, c.name) {
				v.columns = append(v.columns, c)
			}
		}
		if d.views[name] != nil {
			return fmt.Errorf("view %s is described twice", name)
		}
		d.views[name] = v
	}
	return nil
}

// cutSuffixes splits USER_X-OWNER or USER_X=OWNER.
func cutSuffixes(spec string) (name, owner string, without []string) {
	if name, owner, ok := strings.Cut(spec, "="); ok {
		return name, owner, nil
	}
	parts := strings.Split(spec, "-")
	if len(parts) > 1 {
		owner = parts[1]
	}
	return parts[0], owner, parts[1:]
}

func parseRelease(s string) (Release, error) {
	major, minor, _ := strings.Cut(s, ".")
	a, err := strconv.Atoi(major)
	if err != nil {
		return Release{}, fmt.Errorf("release %q", s)
	}
	b, err := strconv.Atoi(cmp.Or(minor, "0"))
	if err != nil {
		return Release{}, fmt.Errorf("release %q", s)
	}
	return Release{major: a, minor: b}, nil
}

// lookup finds the view that schema.name means; schema may be empty. V$ names are public
// synonyms of the V_$ views that SYS owns.
func (d *dictionary) lookup(schema, name string) *view {
	switch schema {
	case "":
		if strings.HasPrefix(name, "V_$") || strings.HasPrefix(name, "GV_$") {
			return nil
		}
	case "SYS":
		switch {
		case strings.HasPrefix(name, "V_$"), strings.HasPrefix(name, "GV_$"):
			name = strings.Replace(name, "V_$", "V$", 1)
		case strings.HasPrefix(name, "V$"), strings.HasPrefix(name, "GV$"):
			return nil
		}
	default:
		return nil
	}
	return d.views[name]
}

// query returns the SELECT of SQLite that returns the view's rows for the user.
func (v *view) query(user string) string {
	var b strings.Builder
	b.WriteString("(SELECT ")
	if v.global {
		b.WriteString("1 AS [INST_ID],")
	}
	for i, c := range v.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("[" + c.name + "]")
	}
	b.WriteString(" FROM [" + v.rows.name + "]")
	var conditions []string
	if v.where != "" {
		conditions = append(conditions, v.where)
	}
	if v.owner != "" {
		conditions = append(conditions, fmt.Sprintf("[%s]='%s'", v.owner, strings.ReplaceAll(user, "'", "''")))
	}
	if conditions != nil {
		b.WriteString(" WHERE " + strings.Join(conditions, " AND "))
	}
	b.WriteString(")")
	return b.String()
}

// Views lists the views that the release has here, sorted.
func Views(r Release) []string {
	d, err := dictionaryOf(r)
	if err != nil {
		panic(err) // the files are part of the program, and its tests read them all
	}
	return slices.Sorted(maps.Keys(d.views))
}

// Columns lists the columns of a view of the release, in the order in which they are described.
func Columns(r Release, name string) []string {
	d, err := dictionaryOf(r)
	if err != nil || d.views[name] == nil {
		return nil
	}
	columns := make([]string, len(d.views[name].columns))
	for i, c := range d.views[name].columns {
		columns[i] = c.name
	}
	return columns
}
