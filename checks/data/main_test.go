package data_test

import (
	"os"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }
