package intern_test

import (
	"testing"
	"unsafe"

	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

func TestEqualStringsShareOneCopy(t *testing.T) {
	t.Parallel()
	in := intern.Strings{}
	buffer := []byte("varchar, int")
	first := in.Bytes(buffer[:7])
	buffer[0] = 'X'
	if second := in.String("varchar"); first != "varchar" || unsafe.StringData(first) != unsafe.StringData(second) {
		t.Errorf("got %q and %q, expected one copy", first, second)
	}
	if p := in.Pointer([]byte("varchar")); unsafe.StringData(*p) != unsafe.StringData(first) {
		t.Errorf("got another copy, %q", *p)
	}
	if p := in.Pointer(nil); p != nil {
		t.Errorf("NULL is %q", *p)
	}
}

func TestStringKeepsNothingOfItsArgument(t *testing.T) {
	t.Parallel()
	row := "a very long row"
	part := row[2:6]
	if got := (intern.Strings{}).String(part); got != part || unsafe.StringData(got) == unsafe.StringData(part) {
		t.Errorf("got %q in the row's own memory", got)
	}
}
