package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// alerts is a file of rules of Prometheus.
type alerts struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

// A server has each metric of the examples of alerts, and of the samples of a histogram.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	var rules alerts
	var scrape map[string]any
	for name, to := range map[string]any{"alerts.yaml": &rules, "prometheus.yaml": &scrape} {
		file, err := os.Open(filepath.Join("..", "..", "testdata", "monitoring", name))
		if err != nil {
			t.Fatal(err)
		}
		d := yaml.NewDecoder(file)
		d.KnownFields(true)
		if err := d.Decode(to); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_ = file.Close()
	}
	server := startServe(t, "--demo")
	if status, _, stderr := submitFleet(t, server, "fleet.yaml", fleetYAML, "--watch"); status != exitFailed {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	metrics, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	has := func(sample string) bool { return strings.Contains("\n"+string(metrics), "\n"+sample) }
	if len(rules.Groups) != 1 || len(rules.Groups[0].Rules) < 9 || scrape["scrape_configs"] == nil {
		t.Fatalf("%+v, %v", rules, scrape)
	}
	name := regexp.MustCompile(`\bprecheck_[a-z_]+`)
	for _, r := range rules.Groups[0].Rules {
		if r.Alert == "" || r.Labels["severity"] == "" || !strings.HasSuffix(r.Annotations["summary"], ".") {
			t.Errorf("%+v", r)
		}
		for _, metric := range name.FindAllString(r.Expr, -1) {
			if !has(metric+" ") && !has(metric+"{") {
				t.Errorf("%s: the server does not have %s", r.Alert, metric)
			}
		}
	}
	for _, sample := range []string{"precheck_queue_oldest_seconds 0", `precheck_runs{status="RUNNING"} 0`,
		`precheck_runs_ended_total{reason="INTERRUPTED",status="FAILED"} 0`,
		`precheck_store_errors_total{kind="full"} 0`, `precheck_items_total{outcome="`} {
		if !has(sample) {
			t.Errorf("the server does not have %s:\n%s", sample, metrics)
		}
	}
}
