package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// imageWanted is the environment variable that makes tests build the image of image.sh, whose static program takes
// minutes.
const imageWanted = "PRECHECK_TEST_IMAGE"

// The image of image.sh holds a program that knows its commit, checks databases as an unprivileged user, and has the
// certificates of public authorities.
func TestImage(t *testing.T) {
	if os.Getenv(imageWanted) == "" {
		t.Skip(imageWanted + " is not set: the static program of the image takes minutes to build")
	}
	s := dbtest.Get(t, dbtest.MariaDB)
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".customer (id INT PRIMARY KEY)")
	image := "precheck-test:" + schema
	docker := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("docker", args...).CombinedOutput()
		if err != nil && err.(*exec.ExitError).ExitCode() != exitFailed {
			t.Fatalf("docker %s: %v\n%s", args[0], err, out)
		}
		return string(out)
	}
	if out, err := exec.Command("./image.sh", image).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { docker("image", "rm", image) })
	var b build
	if err := json.Unmarshal([]byte(docker("run", "--rm", image, "version", "--format", "json")), &b); err != nil {
		t.Fatal(err)
	}
	if b.Revision == "" || b.Date == "" {
		t.Errorf("the program does not know its commit: %+v", b)
	}
	url := endpointURL(s, s.User, s.Password)
	result := docker("run", "--rm", "--network", "host", image, "run", "--source", url, "--dest", url,
		"--objects", schema+".*")
	version, _, _ := strings.Cut(s.Version, "-")
	if !strings.Contains(result, "MariaDB "+version+" ") || !strings.Contains(result, "1 table") {
		t.Errorf("the result of a run does not show the server and the table:\n%s", result)
	}
	container := strings.TrimSpace(docker("create", image))
	t.Cleanup(func() { docker("rm", container) })
	if out := docker("cp", container+":/etc/ssl/certs/ca-certificates.crt", "-"); !strings.Contains(out,
		"BEGIN CERTIFICATE") {
		t.Error("the image has no certificates")
	}
}
