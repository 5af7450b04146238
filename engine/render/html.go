package render

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

//go:embed *.html *.css *.js
var assets embed.FS

func asset(name string) string {
	text, err := assets.ReadFile(name)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return string(text)
}

// Style is the style sheet of the parts of a report.
func Style() string { return asset("report.css") }

// Script is the JavaScript of the parts of a report: filters, copy buttons and lists. After it has replaced parts, a
// page dispatches the event precheck:changed on its document, with the detail {other: true} if they are now those of
// another report.
func Script() string { return asset("report.js") }

// Parts returns the HTML templates of the parts of a report: counts, cards, filters, items and timeline, each for what
// NewHTML returns. The template actions is empty; a page may define its own, for what can be done with an HTMLItem.
func Parts() *template.Template {
	return template.Must(template.New("").Parse(asset("items.html") + `{{define "actions"}}{{end}}`))
}

// hash returns the source of a style or script in a content security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// writeHTML writes a report as one file.
func writeHTML(w io.Writer, r *engine.Report, o Options) error {
	page := NewHTML(r, o)
	full, err := compressed(func(w io.Writer) error { return writeFull(w, r, o) })
	if err != nil {
		return err
	}
	var rest template.HTML
	if len(page.rest) > 0 {
		data, err := page.Rest()
		if err != nil {
			return err
		}
		if rest, err = compressed(func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}); err != nil {
			return err
		}
	}
	return template.Must(Parts().New("report").Parse(asset("report.html"))).Execute(w, struct {
		HTMLReport
		Lang, StyleHash, ScriptHash string
		Style                       template.CSS
		Script                      template.JS
		Full, Rest                  template.HTML
	}{page, page.lang, hash(Style()), hash(Script()), template.CSS(Style()), template.JS(Script()), full, rest})
}

// compressed returns what write writes as Base64 of gzip, which contains no character with a meaning in HTML.
func compressed(write func(io.Writer) error) (template.HTML, error) {
	var b bytes.Buffer
	encoder := base64.NewEncoder(base64.StdEncoding, &b)
	z := gzip.NewWriter(encoder)
	if err := write(z); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	if err := encoder.Close(); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// labels are the texts of the report's controls. Those with placeholders are filled in by the script.
type labels struct {
	SkipLink, Filter, All, Text, Reset, OpenAll, CloseAll, Shown, Excluded, Download string
	Object, Actual, Expected, MoreRows, Copy, Copied                                 string
}

func newLabels(lang string) labels {
	return labels{
		SkipLink: message.New("render.html.skip_link").In(lang), Filter: message.New("render.html.filter").In(lang),
		All: message.New("render.html.all").In(lang), Text: message.New("render.html.text").In(lang),
		Reset: message.New("render.html.reset").In(lang), OpenAll: message.New("render.html.open_all").In(lang),
		CloseAll: message.New("render.html.close_all").In(lang),
		Shown:    message.New("render.html.shown", "shown", "{shown}", "all", "{all}").In(lang),
		Excluded: message.New("render.excluded").In(lang), Download: message.New("render.html.download").In(lang),
		Object: message.New("render.html.object").In(lang), Actual: message.New("render.html.actual").In(lang),
		Expected: message.New("render.html.expected").In(lang), Copy: message.New("render.html.copy").In(lang),
		MoreRows: message.New("render.html.more_rows", "count", "{count}").In(lang),
		Copied:   message.New("render.html.copied").In(lang),
	}
}

// lines returns texts in a language as HTML shows them.
func lines(lang string, texts ...message.Text) []string {
	var shown []string
	for _, t := range texts {
		if !t.IsZero() {
			shown = append(shown, visible.Line(t.In(lang)))
		}
	}
	return shown
}

// words joins distinct words, as a data attribute holds them.
func words(list []string) string {
	var all []string
	known := map[string]bool{}
	for _, w := range list {
		if !known[w] {
			known[w], all = true, append(all, w)
		}
	}
	return strings.Join(all, " ")
}
