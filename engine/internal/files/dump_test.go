package files_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine/internal/files"
)

// The files of a folder are in the order in which they can be executed, each with its schema.
func TestReadDump(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte("packed")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"shop.a-schema.sql": "table", "shop.a.00000.sql": "rows",
		"shop.a-schema-triggers.sql": "triggers", "shop-schema-post.sql": "post", "shop-schema-create.sql": "create",
		"crm-schema-create.sql.gz": packed.String(), "shop.v-schema-view.sql": "view",
		"shop.v-schema.sql": "placeholder",
		"crm.b-schema.sql":  "other", "metadata": "not SQL"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	scripts, err := files.ReadDump(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range scripts {
		got = append(got, s.Schema+": "+s.Text)
	}
	want := []string{": packed", ": create", "crm: other", "shop: table", "shop: placeholder", "shop: rows",
		"shop: post", "shop: view", "shop: triggers"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	one, err := files.ReadDump(t.Context(), filepath.Join(folder, "crm-schema-create.sql.gz"))
	if err != nil || len(one) != 1 || one[0].Text != "packed" || one[0].Schema != "crm-schema-create" {
		t.Errorf("got %v %v", one, err)
	}
	if _, err := files.ReadDump(t.Context(), t.TempDir()); err == nil {
		t.Error("an empty folder is a dump")
	}
}
