package snapshot

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// withSecrets are the facts whose values can contain a password or a value of a row: in a setting, in a statement that
// GRANT or CREATE TABLE shows, or in a statement that runs.
var withSecrets = []datasource.AnyFact{datasource.FactVariables, datasource.FactOBParameters, datasource.FactGrants,
	datasource.FactDefinitions, datasource.FactCreateOptions, datasource.FactReplicaChannels,
	datasource.FactTransactions}

// secretSetting matches the names of settings that contain a password or key.
var secretSetting = regexp.MustCompile(`(?i)(_password|_secret|sst_auth|_key_pass|_passphrase)$`)

var secrets = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?is)\bIDENTIFIED\s+(BY|VIA|WITH)\b.*`), "IDENTIFIED $1 ***"},
	{regexp.MustCompile(`(?is)\b(CONNECTION|PASSWORD|SECRET|PWD)(\s*=?\s*)` +
		`(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")`), "$1$2'***'"},
	{regexp.MustCompile(`(?i)\b([a-z_.]*(?:password|passwd|passphrase|secret))(\s*=\s*)[^\s;,'"]+`), "$1$2***"},
	{regexp.MustCompile(`://[^\s/@'"]*@`), "://***@"},
}

// WithoutSecrets returns a fact whose value contains no password and no value of a row.
func WithoutSecrets(f Fact) (Fact, error) {
	fact := f.Fact
	if q, ok := fact.(datasource.AnyQuestion); ok {
		fact = q.Declared()
	}
	secret := false
	for _, other := range withSecrets {
		secret = secret || other == fact
	}
	if !secret || f.Err != nil {
		return f, nil
	}
	return rewritten(f, func(at []string, text string) string {
		last := ""
		if len(at) > 0 {
			last = at[len(at)-1]
		}
		switch {
		case fact == datasource.FactTransactions && last == "Query":
			return firstWord(text)
		case secretSetting.MatchString(last) && text != "":
			return "***"
		}
		return withoutSecrets(text)
	})
}

func withoutSecrets(text string) string {
	for _, s := range secrets {
		text = s.pattern.ReplaceAllString(text, s.with)
	}
	return text
}

// firstWord returns a statement without everything after its first word.
func firstWord(statement string) string {
	words := strings.Fields(statement)
	if len(words) < 2 {
		return statement
	}
	return words[0] + " …"
}

// rewritten returns a fact in which change has replaced each text. at are the names of the fields that the text is
// in, and an empty name for each list.
func rewritten(f Fact, change func(at []string, text string) string) (Fact, error) {
	if f.Err != nil {
		text, err := rewriteJSON(f.Err, change)
		f.Err = text
		return f, err
	}
	if f.OtherForm {
		return f, nil
	}
	data, err := json.Marshal(f.Value)
	if err != nil {
		return f, err
	}
	if data, err = rewriteJSON(data, change); err != nil {
		return f, err
	}
	f.Value, err = f.Fact.Decode(data)
	return f, err
}

func rewriteJSON(data []byte, change func(at []string, text string) string) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(rewrite(nil, value, change))
}

func rewrite(at []string, value any, change func(at []string, text string) string) any {
	switch v := value.(type) {
	case string:
		return change(at, v)
	case []any:
		for i := range v {
			v[i] = rewrite(append(at, ""), v[i], change)
		}
	case map[string]any:
		for name := range v {
			v[name] = rewrite(append(at, name), v[name], change)
		}
	}
	return value
}
