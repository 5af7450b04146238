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
	reserved, note, err := reservedWords(ctx, p.Dest())
	if err != nil {
		return err
	}
	if note != "" {
		server, err := datasource.FactServer.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		p.Note(note, "server", server)
	}
	// Statements already quote a name that is reserved on the source, too.
	quoted, _, err := reservedWords(ctx, p.Source())
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	for n := range names {
		if word := strings.ToUpper(n.name); reserved[word] && !quoted[word] {
			p.Report(checks.Finding{Rule: "reserved_word", Level: checks.Warn, Object: n.Object,
				Args: checks.Args{"kind": p.Term(kindTerms[n.Kind])}})
		}
	}
	return nil
}

// reservedWords returns the words, in upper case, that a server does not accept as a name without quotes. They come
// from the server if it lists them, else from package keyword. If these may differ from the server's own words, note is
// the key of the note that says so.
func reservedWords(ctx context.Context, f *datasource.Facts) (words map[string]bool, note string, err error) {
	server, err := datasource.FactServer.Of(ctx, f)
	if err != nil {
		return nil, "", err
	}
	keywords, err := datasource.FactKeywords.Of(ctx, f)
	switch {
	case err == nil && keywords.Authoritative:
		return keywords.Words, "", nil
	case server.Flavor == datasource.FlavorOracle && datasource.ClassOf(err) == datasource.ErrPrivilege:
		return keyword.For(keyword.Oracle, server.Version), "words_hidden", nil
	case err != nil && datasource.ClassOf(err) != datasource.ErrUnsupported:
		return nil, "", err
	case server.Mode == "ORACLE":
		return keyword.For(keyword.OceanBaseOracle, server.Version), laterOceanBase(server), nil
	case server.IsOceanBase():
		return keyword.For(keyword.OceanBase, server.Version), laterOceanBase(server), nil
	case server.IsMariaDB():
		if server.Version.AtLeast(12) {
			note = "newer_mariadb"
		}
		return keyword.For(keyword.MariaDB, server.Version), note, nil
	case server.IsMySQL():
		return keyword.For(keyword.MySQL, server.Version), "", nil
	}
	return keyword.For(keyword.MySQL, datasource.Version{Major: 8}), "words_of_mysql", nil
}

// laterOceanBase returns the key of the note for a version of OceanBase later than those whose words are known.
func laterOceanBase(server datasource.Server) string {
	if server.Version.AtLeast(4, 4) {
		return "newer_oceanbase"
	}
	return ""
}
