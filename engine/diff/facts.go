package diff

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// Changed is the Change of an object of a snapshot whose properties differ.
const Changed Change = "changed"

// Facts is the difference between two snapshots of one side.
type Facts struct {
	Side checks.Side `json:"side"`
	// Before and After are the times of the captures.
	Before time.Time `json:"before"`
	After  time.Time `json:"after"`
	// Changes are in the order of datasource.AllFacts, those of a fact by table.
	Changes []FactChange `json:"changes"`
	// Counts are the numbers of objects by how they differ: New, Changed and Gone.
	Counts      map[Change]int `json:"counts"`
	NotCompared []NotCompared  `json:"notCompared"`
	// Warnings say what makes the snapshots differ without a change of the database.
	Warnings []message.Text `json:"-"`
}

// FactChange is an object that differs: a table, a column, a setting.
type FactChange struct {
	Change Change      `json:"change"`
	Role   checks.Role `json:"role"`
	Fact   string      `json:"fact"`
	Object string      `json:"object"`
	// Properties are those that differ of an object in both snapshots. A setting has one, without a name.
	Properties []Property `json:"properties"`
	title      string     // of the fact
}

// Property is a property that differs.
type Property struct {
	Name string `json:"name"`
	// Before and After are nil where the property has no value, as without a default.
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// NotCompared is a fact that is not known in both snapshots.
type NotCompared struct {
	Role   checks.Role `json:"role"`
	Fact   string      `json:"fact"`
	Reason Reason      `json:"reason"`
	title  string
}

// Reason says why a fact is not compared.
type Reason string

// The reasons.
const (
	OnlyBefore   Reason = "only-before" // the later snapshot does not contain it
	OnlyAfter    Reason = "only-after"
	Unread       Reason = "unread" // it could not be read for either
	UnreadBefore Reason = "unread-before"
	UnreadAfter  Reason = "unread-after"
	OtherForm    Reason = "other-form" // another version of the program wrote it
)

// ErrSides means that the snapshots are of different sides, or of databases of different types.
var ErrSides = message.Err("engine.diff.sides")

// moving are facts that change while a database is used, without a change of its objects, settings or accounts.
var moving = []datasource.AnyFact{
	datasource.FactLatency, datasource.FactBinaryLogStatus, datasource.FactBinaryLogs, datasource.FactGTIDs,
	datasource.FactLogSessions, datasource.FactReplicaChannels, datasource.FactReplicas, datasource.FactOracleRedo,
	datasource.FactArchivedLogs, datasource.FactConnections, datasource.FactOracleResources,
	datasource.FactOracleSessions, datasource.FactTransactions, datasource.FactTableSizes, datasource.FactFreeSpace,
	datasource.FactTablespaces, datasource.FactFreeExtents, datasource.FactOracleUndo, datasource.FactAutoIncrements,
	datasource.FactUnits, datasource.FactMemstores, datasource.FactSpaces,
}

// movingNames are the settings, and the property of a sequence, that change like them.
var movingNames = []string{
	"gtid_executed", "gtid_purged", "gtid_binlog_pos", "gtid_binlog_state", "gtid_current_pos", "gtid_slave_pos",
	"Next",
}

// CompareSnapshots compares the objects, settings and accounts of two snapshots of one side. What changes while a
// database is used, such as positions, sizes and sessions, is not compared, nor what was asked about rows.
func CompareSnapshots(before, after *snapshot.Snapshot) (Facts, error) {
	r := Facts{Side: after.Info.Side, Before: before.Info.Captured, After: after.Info.Captured,
		Changes: []FactChange{}, NotCompared: []NotCompared{},
		Counts: map[Change]int{New: 0, Changed: 0, Gone: 0}}
	if before.Info.Side != after.Info.Side || before.Info.Databases[0].Type != after.Info.Databases[0].Type {
		return r, ErrSides
	}
	r.warn(&before.Info, &after.Info)
	for _, role := range []checks.Role{checks.Master, checks.Slave} {
		r.compare(role, byFact(before.Facts[role]), byFact(after.Facts[role]))
	}
	return r, nil
}

func byFact(facts []snapshot.Fact) map[datasource.AnyFact]snapshot.Fact {
	all := map[datasource.AnyFact]snapshot.Fact{}
	for _, f := range facts {
		all[f.Fact] = f
	}
	return all
}

// warn notes what makes the snapshots differ without a change of the database.
func (r *Facts) warn(before, after *snapshot.Info) {
	a, b := before.Databases[0], after.Databases[0]
	address := func(d snapshot.Database) string { return d.Endpoint().WithDefaults().String() }
	switch {
	case before.Redacted || after.Redacted:
		if before.Redacted != after.Redacted || address(a) != address(b) {
			r.Warnings = append(r.Warnings, message.New("engine.diff.redacted"))
		}
	case address(a) != address(b):
		r.Warnings = append(r.Warnings, message.New("engine.diff.databases", "before", address(a), "after", address(b)))
	}
	if x, y := slices.Sorted(slices.Values(a.Scope)), slices.Sorted(slices.Values(b.Scope)); !slices.Equal(x, y) {
		r.Warnings = append(r.Warnings, message.New("engine.diff.scopes", "before", x, "after", y))
	}
}

func (r *Facts) compare(role checks.Role, before, after map[datasource.AnyFact]snapshot.Fact) {
	whole := map[datasource.TableName]bool{} // tables that are new or gone, of whose parts nothing is said
	for _, fact := range datasource.AllFacts() {
		a, inBefore := before[fact]
		b, inAfter := after[fact]
		if slices.Contains(moving, fact) || !inBefore && !inAfter || unsupported(a) && unsupported(b) {
			continue
		}
		if reason := unknown(a, b, inBefore, inAfter); reason != "" {
			r.NotCompared = append(r.NotCompared, NotCompared{role, fact.Name(), reason, fact.String()})
			continue
		}
		for _, c := range changes(objectsOf(a.Value), objectsOf(b.Value)) {
			if fact == datasource.FactTables && c.Change != Changed {
				whole[c.table] = true
			} else if whole[c.table] || slices.Contains(movingNames, c.Object) {
				continue
			}
			c.Role, c.Fact, c.title = role, fact.Name(), fact.String()
			r.Changes = append(r.Changes, c.FactChange)
			r.Counts[c.Change]++
		}
	}
}

// unsupported reports whether the server does not have a fact.
func unsupported(f snapshot.Fact) bool {
	var of struct {
		Server struct{ Class datasource.ErrorClass }
	}
	return f.Err != nil && json.Unmarshal(f.Err, &of) == nil && of.Server.Class == datasource.ErrUnsupported
}

// unknown returns why a fact cannot be compared, empty if it can.
func unknown(before, after snapshot.Fact, inBefore, inAfter bool) Reason {
	switch {
	case !inAfter:
		return OnlyBefore
	case !inBefore:
		return OnlyAfter
	case before.Err != nil && after.Err != nil:
		return Unread
	case before.Err != nil:
		return UnreadBefore
	case after.Err != nil:
		return UnreadAfter
	case before.OtherForm || after.OtherForm:
		return OtherForm
	}
	return ""
}

// object is a part of a fact that has a name.
type object struct {
	table datasource.TableName // that it is or belongs to; zero: none
	name  string
	value reflect.Value
}

// change is a FactChange of an object of a table.
type change struct {
	FactChange
	table datasource.TableName
}

// changes compares the objects of a fact, in the order of the later snapshot; those that are gone follow.
func changes(before, after []object) []change {
	old := make(map[string]object, len(before))
	rows := map[datasource.TableName]int{}
	for _, o := range before {
		old[o.name] = o
		rows[o.table]++
	}
	for _, o := range after {
		rows[o.table]--
	}
	var all []change
	add := func(o object, how Change, properties []Property) {
		all = append(all, change{FactChange{Change: how, Object: o.name, Properties: properties}, o.table})
	}
	for _, o := range after {
		was, known := old[o.name]
		delete(old, o.name)
		if !known {
			add(o, New, []Property{})
		} else if different := properties(was.value, o.value, rows[o.table] != 0); len(different) > 0 {
			add(o, Changed, different)
		}
	}
	for _, o := range before {
		if _, gone := old[o.name]; gone {
			add(o, Gone, []Property{})
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.table.Compare(b.table) })
	return all
}

// tableRows is a datasource.TableRows of any type.
type tableRows interface {
	Each(func(datasource.TableName, any))
}

// objectsOf returns the named parts of the value of a fact, each with a name of its own.
func objectsOf(value any) []object {
	var all []object
	if rows, ok := value.(tableRows); ok {
		rows.Each(func(table datasource.TableName, row any) {
			v := reflect.ValueOf(row)
			name := table.String()
			if own := nameOf(v); own != "" {
				name += "." + own
			}
			all = append(all, object{table, name, v})
		})
	} else {
		all = parts("", reflect.ValueOf(value))
	}
	seen := map[string]int{}
	for i, o := range all {
		if seen[o.name]++; seen[o.name] > 1 {
			all[i].name = fmt.Sprintf("%s (%d)", o.name, seen[o.name])
		}
	}
	return all
}

// parts returns the parts of a map, a list or a structure, and of those in it.
func parts(path string, v reflect.Value) []object {
	under := func(name string) string {
		if path == "" || name == "" {
			return path + name
		}
		return path + "." + name
	}
	var all []object
	switch {
	case !v.IsValid():
	case v.Kind() == reflect.Map:
		for _, key := range v.MapKeys() {
			table, _ := key.Interface().(datasource.TableName)
			all = append(all, object{table, under(text(key)), v.MapIndex(key)})
		}
		slices.SortFunc(all, func(a, b object) int { return strings.Compare(a.name, b.name) })
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			element := v.Index(i)
			var table datasource.TableName
			name := under(nameOf(element))
			if name == path {
				name = strings.TrimPrefix(path+": "+text(element), ": ")
			}
			if element.Kind() == reflect.Struct {
				if named := element.FieldByName("TableName"); named.IsValid() {
					table, _ = named.Interface().(datasource.TableName)
				}
			}
			all = append(all, object{table, name, element})
		}
	case structured(v):
		for name, field := range fields(v) {
			all = append(all, parts(under(name), field)...)
		}
	default:
		all = append(all, object{name: path, value: v})
	}
	return all
}

// fields iterates over the fields of a structure, those of embedded ones in their place.
func fields(v reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) { eachField(v, yield) }
}

func eachField(v reflect.Value, yield func(string, reflect.Value) bool) bool {
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		switch {
		case f.Anonymous && value.Kind() == reflect.Pointer && value.IsNil(), !f.IsExported():
		case f.Anonymous:
			if !eachField(reflect.Indirect(value), yield) {
				return false
			}
		case !yield(f.Name, value):
			return false
		}
	}
	return true
}

// structured reports whether a value is a structure that has properties, not one that reads as one text.
func structured(v reflect.Value) bool {
	if v.Kind() != reflect.Struct {
		return false
	}
	switch v.Interface().(type) {
	case datasource.TableName, datasource.Account, datasource.Version, time.Time:
		return false
	}
	return true
}

// nameOf returns what identifies a row of a table or an element of a list, empty if nothing but its value does.
func nameOf(v reflect.Value) string {
	if !structured(v) {
		return ""
	}
	var name string
	if table := v.FieldByName("TableName"); table.IsValid() {
		name = text(table)
	} else {
		for _, field := range []string{"Name", "Column", "Path"} {
			if f := v.FieldByName(field); f.IsValid() && f.Kind() == reflect.String {
				name = f.String()
				break
			}
		}
	}
	switch o := v.Interface().(type) { // of which several may have one name
	case datasource.Routine:
		name += " " + o.Kind
	case datasource.OracleObject:
		name += " " + o.Type
	case datasource.Grant:
		return ""
	}
	return name
}

// properties returns the properties that differ. The position in a table with another number of columns is none.
func properties(before, after reflect.Value, resized bool) []Property {
	switch {
	case reflect.DeepEqual(before.Interface(), after.Interface()):
		return nil
	case !structured(after):
		return appendDifferent(nil, "", before, after)
	}
	var different []Property
	for name, value := range fields(after) {
		if !slices.Contains(movingNames, name) && (name != "Position" || !resized) {
			different = appendDifferent(different, name, field(before, name), value)
		}
	}
	return different
}

// field returns a field of a structure, the zero Value if it does not have it.
func field(v reflect.Value, name string) reflect.Value {
	for found, value := range fields(v) {
		if found == name {
			return value
		}
	}
	return reflect.Value{}
}

func appendDifferent(to []Property, name string, before, after reflect.Value) []Property {
	a, b := pointed(before), pointed(after)
	if a == nil && b == nil || a != nil && b != nil && *a == *b {
		return to
	}
	return append(to, Property{name, a, b})
}

// pointed returns a value as text, nil if there is none.
func pointed(v reflect.Value) *string {
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	s := text(v)
	return &s
}

// text returns a value as a person reads it.
func text(v reflect.Value) string {
	var of []string
	switch {
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		if v.IsNil() {
			return ""
		}
		return text(v.Elem())
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			of = append(of, text(v.Index(i)))
		}
		return strings.Join(of, ", ")
	case v.Kind() == reflect.Map:
		for _, o := range parts("", v) {
			of = append(of, o.name+": "+text(o.value))
		}
		return strings.Join(of, ", ")
	case v.Type() == reflect.TypeFor[datasource.Grant]():
		return grant(v.Interface().(datasource.Grant))
	case !structured(v):
		return fmt.Sprint(v.Interface())
	}
	for name, value := range fields(v) {
		switch {
		case value.IsZero():
		case name == "Name" || name == "Expression":
			of = append(of, text(value))
		case value.Kind() == reflect.Bool:
			of = append(of, name)
		default:
			of = append(of, name+" "+text(value))
		}
	}
	return strings.Join(of, " ")
}

// grant returns a grant as statements write it.
func grant(g datasource.Grant) string {
	var privileges []string
	if g.All {
		privileges = append(privileges, "ALL PRIVILEGES")
	}
	for _, p := range g.Privileges {
		privileges = append(privileges, string(p))
	}
	for _, p := range slices.Sorted(maps.Keys(g.Columns)) {
		privileges = append(privileges, string(p)+" ("+strings.Join(g.Columns[p], ", ")+")")
	}
	privileges = append(privileges, g.UnknownPrivileges...)
	on := "*.*"
	switch g.Level {
	case datasource.OnSchema:
		on = g.Schema + ".*"
	case datasource.OnTable, datasource.OnRoutine:
		on = g.Schema + "." + g.Name
	}
	s := strings.Join(privileges, ", ") + " ON " + on
	if g.Revoke {
		s = "REVOKE " + s
	}
	if g.Grantable {
		s += " WITH GRANT OPTION"
	}
	if g.Role != "" {
		s += ", role " + g.Role
	}
	return s
}
