package wire

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// EncodeCSV returns the summary as CSV of RFC 4180 in a language: a record for all prechecks, for each check and for
// each data source. No cell is a formula for a spreadsheet.
func (s PreCheckSummary) EncodeCSV(lang string) string {
	kinds := struct{ all, check, source string }{message.New("api.summary.kind.all").In(lang),
		message.New("api.summary.kind.check").In(lang), message.New("api.summary.kind.source").In(lang)}
	var header []string
	for _, column := range []message.Text{message.New("api.summary.column.kind"), message.New("api.summary.column.id"),
		message.New("api.summary.column.name"), message.New("api.summary.column.runs"),
		message.New("api.summary.column.failed"), message.New("api.summary.column.unknown"),
		message.New("api.summary.column.warned"), message.New("api.summary.column.passed"),
		message.New("api.summary.column.running"), message.New("api.summary.column.waiting"),
		message.New("api.summary.column.failing")} {
		header = append(header, column.In(lang))
	}
	records := [][]string{header, counts(kinds.all, "", "", s.Runs, s.Verdicts, "")}
	for _, c := range s.Checks {
		records = append(records, []string{kinds.check, c.CheckType, c.Title, "",
			strconv.Itoa(c.Failed), strconv.Itoa(c.Unknown), strconv.Itoa(c.Warned), "", "", "", ""})
	}
	for _, d := range s.DataSources {
		var failing []string
		for _, c := range d.Failing {
			failing = append(failing, fmt.Sprintf("%s (%d)", c.CheckType, c.Runs))
		}
		records = append(records, counts(kinds.source, d.ID, d.Name, d.Runs, d.Verdicts,
			strings.Join(failing, ", ")))
	}
	for _, record := range records {
		for i, cell := range record {
			record[i] = harmless(cell)
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.WriteAll(records) // a Builder does not fail
	return b.String()
}

func counts(kind, id, name string, runs int, v VerdictCounts, failing string) []string {
	record := []string{kind, id, name}
	for _, n := range []int{runs, v.Failed, v.Unknown, v.Warned, v.Passed, v.Running, v.Waiting} {
		record = append(record, strconv.Itoa(n))
	}
	return append(record, failing)
}

// harmless returns a cell that a spreadsheet does not take for a formula, nor a terminal for a control sequence
// (https://owasp.org/www-community/attacks/CSV_Injection).
func harmless(cell string) string {
	if strings.ContainsAny(firstOf(cell), "=+-@\t\r\n＝＋－＠") {
		cell = "'" + cell
	}
	return visible.Line(cell)
}

func firstOf(text string) string {
	for _, r := range strings.TrimLeft(text, " ") {
		return string(r)
	}
	return ""
}
