package oms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/oms"
)

// TestItems compares the list with what the manual counts: 66 items, 53 of them relational.
func TestItems(t *testing.T) {
	t.Parallel()
	all := oms.Items()
	relational := 0
	for _, i := range all {
		if i.Relational {
			relational++
		}
		if i.Title == "" || i.TitleZH == "" {
			t.Errorf("%s has no title", i.Name)
		}
		if found, ok := oms.Find(i.Name); !ok || found != i {
			t.Errorf("Find(%s) returns %v, %v", i.Name, found, ok)
		}
	}
	if len(all) != 66 || relational != 53 {
		t.Errorf("%d items, %d of them relational, want 66 and 53", len(all), relational)
	}
	if !slices.IsSortedFunc(all, func(a, b oms.Item) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the items are not in order of their names")
	}
	if _, ok := oms.Find("DB_SERVICE_STATUS"); ok {
		t.Error("DB_SERVICE_STATUS is gone since V4.1.1")
	}
}
