package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

var listFormats = []string{"table", "json", "markdown"}

func listCommand(lang string) *cobra.Command {
	var task, format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: message.New("cmd.list.short").In(lang),
		Long:  message.New("cmd.list.long").In(lang),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := engine.New()
			if err != nil {
				return err
			}
			var t engine.Task
			if task != "" {
				t, _, err = engine.LoadTask(task, engine.FileOptions{Context: cmd.Context(), Engine: e,
					NoPasswords: true})
				useTaskLanguage(cmd, t)
				if err != nil {
					return err
				}
			}
			lines := listed(languageOf(cmd), e)
			if task != "" {
				for i := range lines {
					applies, reason := lines[i].check.Applies(t.Route())
					lines[i].Applies, lines[i].Reason = &applies, reason.In(languageOf(cmd))
				}
			}
			switch format {
			case "table":
				return writeList(languageOf(cmd), cmd.OutOrStdout(), lines, task != "")
			case "json":
				enc := json.NewEncoder(visible.JSON(cmd.OutOrStdout()))
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "    ")
				return enc.Encode(lines)
			case "markdown":
				return writeListMarkdown(languageOf(cmd), cmd.OutOrStdout(), lines)
			}
			return message.Err("cmd.flag.one_of", "flag", "format", "allowed", listFormats, "value",
				strconv.Quote(format))
		},
	}
	cmd.Flags().StringVar(&task, "task", "", message.New("cmd.list.flag.task").In(lang))
	cmd.Flags().StringVar(&format, "format", "table", message.New("cmd.list.flag.format").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(listFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// listing is a check in the output of list.
type listing struct {
	Type       string            `json:"checkType"`
	Title      string            `json:"title"`
	Sides      []checks.Side     `json:"sides"`
	Level      string            `json:"level"` // the most severe finding: info, warning or failure
	Phases     []string          `json:"phases"`
	Sources    []datasource.Type `json:"sources"`
	Dests      []datasource.Type `json:"destinations"`
	Skippable  bool              `json:"skippable"`
	Deep       bool              `json:"deep"`
	Documented bool              `json:"documentedByOMS"` // OMS has an item of the same name
	OMSItems   []string          `json:"omsItems"`        // the items of OMS that the check answers
	Requires   []string          `json:"requires"`
	Applies    *bool             `json:"applies,omitempty"`
	Reason     string            `json:"reason,omitempty"` // why the check does not apply

	check *checks.Check
}

func listed(lang string, e *engine.Engine) []listing {
	var lines []listing
	for _, c := range e.Checks() {
		lines = append(lines, listing{Type: c.Type, Title: c.PageIn(lang).Title, Sides: c.Sides,
			Level: c.Level.String(), Phases: (c.Phases | c.ExtraPhasesFromOracle).Names(),
			Sources: orAll(c.Sources), Dests: orAll(c.Dests), Skippable: c.Skippable(), Deep: c.Deep,
			Documented: documented(c.Type), OMSItems: omsItems(c), Requires: append([]string{}, c.Requires...),
			check: c})
	}
	return lines
}

func documented(checkType string) bool {
	_, ok := oms.Find(checkType)
	return ok
}

// omsItems returns the items of OMS that a check answers, each once.
func omsItems(c *checks.Check) []string {
	names := []string{}
	for _, i := range c.OMS {
		if !slices.Contains(names, i.Name) {
			names = append(names, i.Name)
		}
	}
	return names
}

func orAll(types []datasource.Type) []datasource.Type {
	if types == nil {
		return datasource.Types()
	}
	return types
}

// writeList writes the checks as a table. On a terminal, columns that do not fit are left off, the least important
// first, and the last one is cut.
func writeList(lang string, w io.Writer, lines []listing, withTask bool) error {
	columns, _ := terminal(w)
	shown := properties
	if withTask {
		shown = applying
	}
	if _, err := io.WriteString(w, shown(lang, lines).fit(columns)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, message.New("cmd.list.checks", "count", len(lines)).In(lang))
	return err
}

// grid is a table of texts, with a heading.
type grid struct {
	lang string
	rows [][]string
	drop []int // the columns that may be left off, in this order
}

func (g *grid) add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = fmt.Sprint(c)
		if text, ok := c.(message.Text); ok {
			row[i] = text.In(g.lang)
		}
	}
	g.rows = append(g.rows, row)
}

// widths returns the width of each column, and of all with what separates them.
func (g *grid) widths() (each []int, all int) {
	each = make([]int, len(g.rows[0]))
	for _, row := range g.rows {
		for i, cell := range row {
			each[i] = max(each[i], render.Columns(cell))
		}
	}
	for _, n := range each {
		all += n + len(gap)
	}
	return each, all - len(gap)
}

const gap = "  "

// fit returns the table in lines of at most that many columns; 0 is any number.
func (g *grid) fit(columns int) string {
	dropped := map[int]bool{}
	each, all := g.widths()
	for _, i := range g.drop {
		if columns > 0 && all > columns {
			dropped[i] = true
			all -= each[i] + len(gap)
		}
	}
	var b strings.Builder
	for _, row := range g.rows {
		var cells []string
		for i, cell := range row {
			if !dropped[i] {
				cells = append(cells, cell+strings.Repeat(" ", each[i]-render.Columns(cell)))
			}
		}
		line := strings.TrimRight(strings.Join(cells, gap), " ")
		if columns > 0 {
			line = render.Truncate(line, columns, "…")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// applying returns whether each check applies to the task.
func applying(lang string, lines []listing) *grid {
	g := grid{lang: lang}
	g.add(message.New("cmd.list.column.type"), message.New("cmd.list.column.applies"),
		message.New("cmd.list.column.reason"))
	for _, l := range lines {
		answer := message.New("cmd.list.applies")
		if !*l.Applies {
			answer = message.New("cmd.list.applies_not")
		}
		g.add(l.Type, answer, l.Reason)
	}
	return &g
}

// properties returns where and when each check applies.
func properties(lang string, lines []listing) *grid {
	g := grid{lang: lang, drop: []int{7, 4, 5, 3}} // items of OMS, sources, destinations, phases
	g.add(message.New("cmd.list.column.type"), message.New("cmd.list.column.side"),
		message.New("cmd.list.column.level"), message.New("cmd.list.column.phases"),
		message.New("cmd.list.column.sources"),
		message.New("cmd.list.column.destinations"), message.New("cmd.list.column.title"),
		message.New("cmd.list.column.oms"))
	for _, l := range lines {
		title := l.Title
		if l.Documented {
			title = message.New("cmd.list.documented", "title", l.Title).In(lang)
		}
		g.add(l.Type, joined(l.Sides), l.check.Level.Text(), strings.Join(l.Phases, ","), types(lang, l.Sources),
			types(lang, l.Dests), title,
			cmp.Or(strings.Join(l.OMSItems, ","), "-"))
	}
	return &g
}

func types(lang string, list []datasource.Type) string {
	if len(list) == len(datasource.Types()) {
		return message.New("cmd.list.any").In(lang)
	}
	return joined(list)
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ",")
}
