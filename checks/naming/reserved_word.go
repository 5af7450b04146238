package naming

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/keyword"
	"github.com/dbprecheck/precheck/datasource"
)

// ReservedWord is RDB_RESERVED_WORD.
var ReservedWord = &checks.Check{
	Type:     "RDB_RESERVED_WORD",
	Page:     checks.ReadPage(pages, "reserved_word.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactKeywords, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactKeywords, datasource.FactServer},
		Mapping: true,
	},
	Run: runReservedWord,
}

func runReservedWord(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	reserved, remark, err := reservedWords(ctx, p.Dest())
	if err != nil {
		return err
	}
	if remark != "" {
		p.Inform("%s", remark)
	}
	// A name that is reserved on the source, too, has always been quoted.
	quoted, _, err := reservedWords(ctx, p.Source())
	if err != nil {
		return err
	}
	for n := range names {
		if word := strings.ToUpper(n.name); reserved[word] && !quoted[word] {
			p.Report(checks.Finding{Rule: "reserved_word", Level: checks.Warn, Object: n.Object, Args: checks.Args{"kind": kindWords[n.Kind]}})
		}
	}
	return nil
}

// reservedWords gives the words, in upper case, that a server does not take as a name without
// quotes: from the server where it tells them, else from the lists below. A remark says where
// these may not be the server's own.
func reservedWords(ctx context.Context, f *datasource.Facts) (words map[string]bool, remark string, err error) {
	server, err := f.Server(ctx)
	if err != nil {
		return nil, "", err
	}
	keywords, err := f.Keywords(ctx)
	switch {
	case err == nil && keywords.Authoritative:
		return keywords.Words, "", nil
	case server.Flavor == datasource.FlavorOracle && datasource.ClassOf(err) == datasource.ErrPrivilege:
		return keyword.For(keyword.Oracle, server.Version), "the account may not read V$RESERVED_WORDS of " + server.String() + ": names were held against the reserved words of the manual of 11.2", nil
	case err != nil && datasource.ClassOf(err) != datasource.ErrUnsupported:
		return nil, "", err
	case server.Mode == "ORACLE":
		return keyword.For(keyword.Oracle, datasource.Version{}), server.String() + " does not list its reserved words: names were held against those of Oracle", nil
	case server.IsMariaDB():
		if server.Version.AtLeast(12) {
			remark = "the reserved words of MariaDB are known up to 11.8; " + server.String() + " may have others"
		}
		return keyword.For(keyword.MariaDB, server.Version), remark, nil
	case server.IsMySQL():
		return keyword.For(keyword.MySQL, server.Version), "", nil
	}
	return keyword.For(keyword.MySQL, datasource.Version{Major: 8}), server.String() + " does not list its reserved words: names were held against those of MySQL 8.0", nil
}
