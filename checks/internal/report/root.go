package report

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Instance returns the place of a statement about the whole instance of Oracle: the root, if the item's database is
// pluggable. The check must declare FactOracleDatabase of its own database.
func Instance(ctx context.Context, p *checks.Pass) (checks.Place, error) {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	return checks.Place{Root: database.InPDB()}, err
}
