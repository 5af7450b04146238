package catalogue_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/catalogue"
)

// Every check of the catalogue has a topic.
func TestTopics(t *testing.T) {
	t.Parallel()
	for _, c := range catalogue.All() {
		if catalogue.TopicOf(c.Type) == catalogue.Other {
			t.Errorf("%s has no topic", c.Type)
		}
	}
	for checkType, want := range map[string]catalogue.Topic{"RDB_CONNECT": catalogue.Connection,
		"MYSQL_UTF8MB3": catalogue.Settings, "RDB_PRIMARY_KEY": catalogue.Tables, "RDB_X": catalogue.Other} {
		if got := catalogue.TopicOf(checkType); got != want {
			t.Errorf("the topic of %s is %s, want %s", checkType, got, want)
		}
	}
}
