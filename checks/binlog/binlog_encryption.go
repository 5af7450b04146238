package binlog

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogEncryption is MYSQL_BINLOG_ENCRYPTION.
var BinlogEncryption = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_ENCRYPTION",
	Page:    checks.ReadPage(pages, "binlog_encryption.md"),
	Level:   checks.Info,
	Standby: true,
	Reads:   checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:     runBinlogEncryption,
})

func runBinlogEncryption(ctx context.Context, p *checks.Pass) error {
	_, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, name := range []string{"binlog_encryption", "encrypt_binlog"} {
		if on, ok := variables.On(name); ok && on {
			p.Report(checks.Finding{Rule: "encrypted", Level: checks.Info, Object: checks.VariableObject(name),
				Actual: "ON"})
		}
	}
	return nil
}
