// Package page serves the page on which a person submits and watches prechecks in a browser.
//
// It is plain HTML with a style sheet and a script, which calls the API of package omsapi as any other client does.
// Only the items of a run come as HTML, from the templates of the HTML report.
package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/runstore"
)

//go:embed page.html run.html page.css page.js icon.svg
var assets embed.FS

// Reports returns the report of a run as of now, as fleet.Fleet does.
type Reports interface {
	Report(ctx context.Context, id string) (*engine.Report, runstore.Run, error)
}

// Handler serves GET /, /static/… and /page/…. Whoever routes to it checks that the user may read before it serves
// /page/…; the others contain nothing of a run.
type Handler struct {
	reports Reports
	mux     *http.ServeMux
	lang    string                        // of browsers that accept no language with texts
	shell   map[string][]byte             // by language
	run     map[string]*template.Template // by language
}

// New returns the handler of the page. It has the language that the browser accepts, or lang.
func New(reports Reports, lang string) *Handler {
	h := &Handler{reports: reports, mux: http.NewServeMux(), lang: lang, shell: map[string][]byte{},
		run: map[string]*template.Template{}}
	for _, l := range message.Languages() {
		h.shell[l], h.run[l] = shell(l), runTemplate(l)
	}
	static := map[string]string{"report.css": render.Style(), "report.js": render.Script(),
		"page.css": asset("page.css"), "page.js": asset("page.js"), "icon.svg": asset("icon.svg")}
	for name, text := range static {
		h.mux.HandleFunc("GET /static/"+name, serveText(name, text))
	}
	h.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(h.shell[h.language(w, r)])
	})
	h.mux.HandleFunc("GET /page/runs/{id}", h.serveRun)
	h.mux.HandleFunc("GET /page/runs/{id}/rest", h.serveRest)
	return h
}

// ServeHTTP serves a file or a part of the page.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

func asset(name string) string {
	text, err := assets.ReadFile(name)
	if err != nil {
		panic(err) // the files are part of the program
	}
	return string(text)
}

// serveText serves a file of the program, which a browser keeps until it changes.
func serveText(name, text string) http.HandlerFunc {
	sum := sha256.Sum256([]byte(text))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, name, time.Time{}, strings.NewReader(text))
	}
}

// language returns the language of an answer, and says that it depends on the request.
func (h *Handler) language(w http.ResponseWriter, r *http.Request) string {
	w.Header().Set("Vary", "Accept-Language")
	if lang, known := message.Language(r.Header.Get("Accept-Language")); known {
		return lang
	}
	lang, _ := message.Language(h.lang)
	return lang
}

// shell returns the page itself, which is the same for everyone who reads the language.
func shell(lang string) []byte {
	t := template.Must(template.New("page").Parse(asset("page.html")))
	var b bytes.Buffer
	if err := t.Execute(&b, struct {
		Lang string
		T    map[string]string
	}{lang, texts(lang)}); err != nil {
		panic(err) // the data does not depend on anything
	}
	return b.Bytes()
}

func runTemplate(lang string) *template.Template {
	shown := texts(lang)
	t := render.Parts().Funcs(template.FuncMap{
		"text": func(name string) string { return shown[name] },
		"json": func(v any) (string, error) {
			data, err := json.Marshal(v)
			return string(data), err
		},
	})
	return template.Must(t.Parse(asset("run.html")))
}

// runData is what run.html shows.
type runData struct {
	render.HTMLReport
	ID      string
	EndText string
	Text    map[string]string
	Ignored []string
}

// serveRun serves the items of a run.
func (h *Handler) serveRun(w http.ResponseWriter, r *http.Request) {
	report, run, ok := h.report(w, r)
	if !ok {
		return
	}
	lang := h.language(w, r)
	var b bytes.Buffer
	data := runData{HTMLReport: render.NewHTML(report, render.Options{}), ID: run.ID,
		EndText: run.EndText.In(lang), Text: texts(lang), Ignored: run.Ignored}
	if err := h.run[lang].ExecuteTemplate(&b, "run", data); err != nil {
		http.Error(w, message.New("page.error.failed").In(h.language(w, r)), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// serveRest serves what serveRun does not show of many findings, as JSON.
func (h *Handler) serveRest(w http.ResponseWriter, r *http.Request) {
	report, _, ok := h.report(w, r)
	if !ok {
		return
	}
	page := render.NewHTML(report, render.Options{})
	data, err := page.Rest()
	if err != nil {
		http.Error(w, message.New("page.error.failed").In(h.language(w, r)), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data)
}

// report returns the report that a request is about. If the client has its version already, or there is none, it
// answers the request.
func (h *Handler) report(w http.ResponseWriter, r *http.Request) (*engine.Report, runstore.Run, bool) {
	lang := h.language(w, r)
	report, run, err := h.reports.Report(r.Context(), r.PathValue("id"))
	if errors.Is(err, runstore.ErrNotFound) {
		http.Error(w, message.New("page.error.not_found").In(lang), http.StatusNotFound)
		return nil, run, false
	}
	if err != nil {
		http.Error(w, message.New("page.error.failed").In(h.language(w, r)), http.StatusInternalServerError)
		return nil, run, false
	}
	tag := `"` + strconv.FormatInt(run.Version, 10) + "-" + lang + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil, run, false
	}
	return report, run, true
}
