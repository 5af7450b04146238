package object

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ListLength is RDB_LIST_LENGTH.
var ListLength = &checks.Check{
	Type:     "RDB_LIST_LENGTH",
	Page:     checks.ReadPage(pages, "list_length.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_WHITE_LIST_LENGTH"}},
	Run:      runListLength,
}

// maxListLength is the length of the list of objects above which OceanBase Migration Service refuses it.
const maxListLength = 64 << 10

func runListLength(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil && !errors.Is(err, checks.ErrNothingMapped) {
		return err
	}
	if mapping.ListLength > maxListLength {
		p.Report(checks.Finding{Rule: "too_long", Level: checks.Warn, Object: checks.ServerObject,
			Actual: message.Bytes(mapping.ListLength).String(), Expected: "≤ " + message.Bytes(maxListLength).String()})
	}
	return err
}
