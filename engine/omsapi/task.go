package omsapi

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// The documented limits of a task.
const (
	maxName     = 64
	maxLabels   = 5
	maxKeptHour = 8760
)

// conversion turns a request into a task. It collects every error.
type conversion struct {
	errs engine.TaskErrors
	now  time.Time
}

func (c *conversion) fail(path string, text message.Text) {
	c.errs = append(c.errs, engine.FieldError{Path: path, Text: text})
}

func (c *conversion) add(err error) {
	var more engine.TaskErrors
	if errors.As(err, &more) {
		c.errs = append(c.errs, more...)
	}
}

// convert returns the task that a request describes, without its endpoints.
func (c *conversion) convert(t *wire.Task) engine.Task {
	task := engine.Task{Name: t.Name, Type: engine.TaskType(strings.ToUpper(strings.TrimSpace(t.Type)))}
	if task.Type == "" {
		task.Type = engine.Migration
	}
	if utf8.RuneCountInString(t.Name) > maxName {
		c.fail("name", message.New("api.task.name_long", "most", maxName))
	}
	if len(t.LabelIDs) > maxLabels {
		c.fail("labelIds", message.New("api.task.labels", "most", maxLabels))
	}
	task.Phases = c.phases(t, task.Type)
	task.Objects = c.selection(t.TransferMapping)
	if t.CommonTransferConfig != nil {
		task.Objects.Category = category(t.CommonTransferConfig.TableCategory)
	}
	if t.FullTransferConfig != nil {
		task.Settings.AllowNonEmpty = t.FullTransferConfig.AllowDestTableNotEmpty
	}
	c.incremental(t.IncrTransferConfig, &task.Settings)
	task.Settings.Deep = t.Deep
	if t.TransferConnections < 0 {
		c.fail("transferConnections", message.New("api.task.not_negative"))
	}
	task.Settings.Connections = t.TransferConnections
	task.Limits.Timeout = c.seconds("timeoutSeconds", t.TimeoutSeconds)
	c.settings(t.Settings, &task.Settings)
	if l := t.Limits; l != nil {
		task.Limits.Connections, task.Limits.Objects = l.Connections, l.Objects
		task.Limits.ConnectTimeout = c.seconds("limits.connectTimeoutSeconds", l.ConnectTimeoutSeconds)
		task.Limits.CheckTimeout = c.seconds("limits.checkTimeoutSeconds", l.CheckTimeoutSeconds)
	}
	for _, s := range t.SkipItems {
		task.Skip = append(task.Skip, engine.Skip{Type: s.Type, Objects: s.Objects, Reason: s.Reason})
	}
	task.SkippableFlags = t.SkippableFlags
	return task
}

// settings adds the settings that only this server has.
func (c *conversion) settings(t *wire.Settings, s *checks.Settings) {
	if t == nil {
		return
	}
	s.DDL, s.Routines, s.Heartbeat = checks.DDL(t.DDL), t.Routines, t.Heartbeat
	s.StartPosition, s.DiskSpace = t.StartPosition, t.DiskSpace
	if b := t.DeepBudget; b != nil {
		s.DeepBudget = datasource.ReadBudget{TableRows: b.TableRows, Rows: b.Rows, Bytes: b.Bytes,
			Time: c.seconds("settings.deepBudget.timeSeconds", b.TimeSeconds)}
	}
	if l := t.Loader; l != nil {
		s.Loader = checks.Loader{SQLMode: l.SQLMode, ForeignKeyChecks: l.ForeignKeyChecks}
	}
}

// seconds returns a number of seconds as a duration.
func (c *conversion) seconds(path string, n int) time.Duration {
	if n < 0 || n > math.MaxInt32 {
		c.fail(path, message.New("engine.field.range", "least", 0, "most", math.MaxInt32, "value", n))
		return 0
	}
	return time.Duration(n) * time.Second
}

// phases returns the phases of the enabled steps. Where the request names none, they follow from its type.
func (c *conversion) phases(t *wire.Task, taskType engine.TaskType) checks.Phases {
	var phases checks.Phases
	given := t.EnableFullVerify != nil
	for _, step := range []struct {
		enabled *bool
		phase   checks.Phases
	}{
		{t.EnableStructTransfer, checks.Schema}, {t.EnableFullTransfer, checks.Full},
		{t.EnableIncrTransfer, checks.Incremental}, {t.EnableReverseIncrTransfer, checks.Reverse},
	} {
		if step.enabled != nil {
			given = true
			if *step.enabled {
				phases |= step.phase
			}
		}
	}
	switch {
	case given && phases == 0 && t.EnableFullVerify != nil && *t.EnableFullVerify:
		return checks.Full // a verification reads all rows of both databases
	case given && phases == 0:
		c.fail("enableStructTransfer", message.New("api.task.phases"))
	case given:
	case taskType == engine.Sync:
		return checks.Incremental
	case taskType == engine.Verify:
		return checks.Full
	default:
		return checks.Schema | checks.Full
	}
	return phases
}

func (c *conversion) incremental(t *wire.IncrTransferConfig, s *checks.Settings) {
	if t == nil {
		return
	}
	if hours := t.StoreLogKeptHour; hours != nil {
		if *hours < 1 || *hours > maxKeptHour {
			c.fail("incrTransferConfig.storeLogKeptHour",
				message.New("engine.field.range", "least", 1, "most", maxKeptHour, "value", *hours))
		}
		s.LogRetention = time.Duration(*hours) * time.Hour
	}
	if start := t.StartTimestamp; start != nil && *start != 0 {
		age := c.now.Sub(time.Unix(*start, 0))
		switch {
		case *start < 0 || *start > 1<<40:
			c.fail("incrTransferConfig.startTimestamp", message.New("api.task.timestamp"))
		case age < 0:
			c.fail("incrTransferConfig.startTimestamp", message.New("api.task.future"))
		}
		s.LogRetention = max(s.LogRetention, age.Round(time.Minute)) // the logs since then must exist
	}
}

// category returns a category, which may be written without underscores.
func category(name string) checks.TableCategory {
	name = strings.ToUpper(strings.TrimSpace(name))
	for _, known := range checks.TableCategories() {
		if name == strings.ReplaceAll(string(known), "_", "") {
			return known
		}
	}
	return checks.TableCategory(name)
}

// selection returns the objects of a mapping.
func (c *conversion) selection(m wire.TransferMapping) checks.Selection {
	s := checks.Selection{Mode: checks.MappingMode(strings.ToUpper(strings.TrimSpace(m.Mode)))}
	if s.Mode == "" {
		s.Mode = checks.Specific
	}
	patterns := s.Mode != checks.Specific
	for i, d := range m.Databases {
		at := fmt.Sprintf("transferMapping.databases[%d]", i)
		database := checks.SelectedDatabase{Name: d.Name, MappedName: d.MappedName, NameOnly: s.Mode == checks.Wildcard}
		if s.Mode != checks.Wildcard {
			database.Tables, database.Views = tables(d.Tables), tables(d.Views)
		} else { // the tables and views of a database are patterns
			for j, t := range append(d.Tables, d.Views...) {
				if t.MappedName != "" && t.MappedName != t.Name {
					c.fail(fmt.Sprintf("%s.tables[%d].mappedName", at, j), message.New("api.task.mapped_pattern"))
				}
				s.Include = append(s.Include, checks.EscapePattern(datasource.TableName{Schema: d.Name})+t.Name)
			}
		}
		database.Tables = append(database.Tables, tables(d.SpecificTables)...)
		database.Views = append(database.Views, tables(d.SpecificViews)...)
		s.Databases = append(s.Databases, database)
	}
	if !patterns && len(m.TableAndViewWhiteList) > 0 {
		c.fail("transferMapping.tableAndViewWhiteList", message.New("engine.objects.pattern_not_allowed"))
	} else {
		s.Include = append(s.Include, c.patterns("transferMapping.tableAndViewWhiteList", m.TableAndViewWhiteList)...)
	}
	s.Exclude = append(c.patterns("transferMapping.tableAndViewBlackList", m.TableAndViewBlackList),
		excludes(m.DatabasesBlack, s.Mode == checks.Wildcard)...)
	return s
}

func tables(list []wire.Table) []checks.SelectedTable {
	var selected []checks.SelectedTable
	for _, t := range list {
		selected = append(selected, checks.SelectedTable{Name: t.Name, MappedName: t.MappedName})
	}
	return selected
}

// excludes returns the patterns that exclude these databases: all of one that names neither tables nor views. In a list
// of patterns, the tables and views are patterns themselves.
func excludes(list []wire.Database, patterns bool) []string {
	var all []string
	for _, d := range list {
		schema := strings.TrimSuffix(checks.EscapePattern(datasource.TableName{Schema: d.Name}), ".")
		objects := append(append([]wire.Table{}, d.Tables...), d.Views...)
		if len(objects) == 0 {
			all = append(all, schema+".*")
		}
		for _, o := range objects {
			if patterns {
				all = append(all, schema+"."+o.Name)
			} else {
				all = append(all, checks.EscapePattern(datasource.TableName{Schema: d.Name, Name: o.Name}))
			}
		}
	}
	return all
}

// patterns returns the patterns of a list, such as shop.*. The schema of a pattern is a name.
func (c *conversion) patterns(path string, list []string) []string {
	var all []string
	for i, text := range list {
		text = strings.TrimSpace(text)
		at := fmt.Sprintf("%s[%d]", path, i)
		schema, _, found := strings.Cut(text, ".")
		switch {
		case !found:
			c.fail(at, message.New("api.task.pattern"))
		case strings.ContainsAny(schema, "*?["):
			c.fail(at, message.New("api.task.pattern_schema"))
		case strings.ContainsFunc(text, unicode.IsControl):
			c.fail(at, message.New("api.task.pattern"))
		default:
			if err := checks.CheckPattern(text); err != nil {
				c.fail(at, message.Of(err))
			}
		}
		all = append(all, text)
	}
	return all
}

// requestPaths are the paths of a request in place of those of a task.
var requestPaths = strings.NewReplacer("objects.databases", "transferMapping.databases",
	"objects.include", "transferMapping.tableAndViewWhiteList", "objects.exclude",
	"transferMapping.tableAndViewBlackList",
	"objects.mode", "transferMapping.mode", "objects.tableCategory", "commonTransferConfig.tableCategory",
	"phases", "enableStructTransfer", "destination", "sinkEndpoint", "source", "sourceEndpoint", "skip[", "skipItems[",
	"limits.timeout", "timeoutSeconds", "limits.connectTimeout", "limits.connectTimeoutSeconds",
	"limits.checkTimeout", "limits.checkTimeoutSeconds", "deepBudget.time", "deepBudget.timeSeconds",
	"settings.connections", "transferConnections",
	"settings.logRetention", "incrTransferConfig.storeLogKeptHour")

// ofRequest returns the errors of a task with the paths of the request.
func ofRequest(err error) error {
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		return err
	}
	renamed := make(engine.TaskErrors, len(invalid))
	for i, e := range invalid {
		e.File, e.Line = "", 0
		switch e.Path {
		case "objects":
			e.Path = "transferMapping"
		default:
			e.Path = requestPaths.Replace(e.Path)
		}
		renamed[i] = e
	}
	return renamed
}
