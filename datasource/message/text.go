package message

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Text is a text of the catalogue with the values that it shows. The zero Text is empty.
type Text struct {
	Key  string `json:"key"`
	Args Args   `json:"args,omitempty"`
}

// Args are the values that a text shows, by name.
type Args map[string]any

// New returns the text of a key. args are names and values in turn.
func New(key string, args ...any) Text {
	t := Text{Key: key}
	if len(args) > 0 {
		t.Args = make(Args, (len(args)+1)/2)
	}
	for i := 0; i < len(args); i += 2 {
		var value any = missing
		if i+1 < len(args) {
			value = args[i+1]
		}
		t.Args[fmt.Sprint(args[i])] = value
	}
	return t
}

// missing stands for a value that New was not given.
const missing = "%!(MISSING)"

// verbatim is the argument of a Text without a key.
const verbatim = "text"

// Verbatim returns a Text that reads the same in every language, such as an answer of a server.
func Verbatim(text string) Text {
	if text == "" {
		return Text{}
	}
	return Text{Args: Args{verbatim: text}}
}

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t.Key == "" && len(t.Args) == 0 }

// String returns the text in English.
func (t Text) String() string { return t.In(English) }

// In returns the text in a language, named by a BCP 47 tag or an Accept-Language header. It falls
// back to English. A key that no catalogue has is shown with its arguments.
func (t Text) In(lang string) string {
	if t.IsZero() {
		return ""
	}
	if t.Key == "" {
		return Format(lang, t.Args[verbatim])
	}
	if s, ok := texts().render(lang, t); ok {
		return s
	}
	return t.unknown(lang)
}

// Known reports whether the catalogue has the text. One of a newer program it may not have.
func (t Text) Known() bool {
	if t.Key == "" {
		return true
	}
	_, ok := texts().render(English, t)
	return ok
}

// unknown returns the form of a text whose key no catalogue has, as in key{name: value}.
func (t Text) unknown(lang string) string {
	if len(t.Args) == 0 {
		return t.Key
	}
	names := make([]string, 0, len(t.Args))
	for name := range t.Args {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + ": " + Format(lang, t.Args[name])
	}
	return t.Key + "{" + strings.Join(names, ", ") + "}"
}

// MarshalJSON writes values that differ by language as texts of their own and all others as they
// are shown, so that a text that is read back reads the same.
func (a Args) MarshalJSON() ([]byte, error) {
	plain := make(map[string]any, len(a))
	for name, value := range a {
		plain[name] = portable(value)
	}
	return json.Marshal(plain)
}

func portable(value any) any {
	switch v := value.(type) {
	case nil, bool, string, int, int64, uint64, float64, Text:
		return v
	case Texter:
		return v.Message()
	}
	if elements, ok := elementsOf(value); ok {
		for i := range elements {
			elements[i] = portable(elements[i])
		}
		return elements
	}
	return Format(English, value)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Args) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*a = make(Args, len(raw))
	for name, value := range raw {
		v, err := restored(value)
		if err != nil {
			return err
		}
		(*a)[name] = v
	}
	return nil
}

func restored(data json.RawMessage) (any, error) {
	switch data[0] {
	case '{':
		var t Text
		err := json.Unmarshal(data, &t)
		return t, err
	case '[':
		var raw []json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, err
		}
		list := make([]any, len(raw))
		for i := range raw {
			v, err := restored(raw[i])
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	}
	var integer int64
	if json.Unmarshal(data, &integer) == nil && data[0] != 'n' {
		return integer, nil
	}
	var v any
	err := json.Unmarshal(data, &v)
	return v, err
}
