// Package message holds every text that a user reads, one catalogue per language.
//
// Code names a text by its key and passes the values that the text shows:
//
//	message.New("engine.task.duplicate_field")
//	message.New("render.items", "count", len(items))
//	message.Wrap(err, "datasource.dns.not_resolved", "host", host)
//
// The texts stand in YAML files, one directory per language and one file per area: the keys of
// en/engine.yaml begin with "engine.". A value is written as {name}. A text with plural forms has
// one entry per CLDR category and chooses among them by the argument count:
//
//	render.items:
//	  one: "{count} item"
//	  other: "{count} items"
//
// Anything else in braces, such as {env: NAME}, is shown as it is. A text with two counts takes a
// Text for the second one.
//
// To add a language, add its BCP 47 tag to Languages, copy en to a directory of that name and translate the
// files, and write a page name.tag.md beside each name.md of package checks. A text that a language does not have is
// shown in English.
//
// The catalogues are read by github.com/nicksnyder/go-i18n. It is preferred over
// golang.org/x/text/message because its catalogues are plain files that a translator edits, with
// keys, named arguments and CLDR plural forms; the other takes the English sentence for the key
// and generates Go code from its catalogues.
//
// The package imports nothing of this module but visible, so that the errors of every layer can be texts.
package message
