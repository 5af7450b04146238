package wire_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// A request is read in each form that the documentation and its examples show.
func TestDecodeForms(t *testing.T) {
	t.Parallel()
	plain := `{"name":"n","labelIds":["l_a","l_b"],"enableFullTransfer":true,"transferMapping":{"mode":"SPECIFIC",` +
		`"databases":[{"name":"shop","mappedName":"new","tables":[{"name":"t"}]}]},` +
		`"incrTransferConfig":{"storeLogKeptHour":120,"startTimestamp":1690000000}}`
	var want wire.SubmitPreCheckRequest
	if unknown, err := wire.Decode([]byte(plain), &want); err != nil || unknown != nil {
		t.Fatal(unknown, err)
	}
	if want.TransferMapping.Databases[0].Tables[0].Name != "t" || *want.IncrTransferConfig.StoreLogKeptHour != 120 {
		t.Fatalf("%+v", want)
	}
	for name, body := range map[string]string{
		"upper camel": `{"Name":"n","LabelIds":["l_a","l_b"],"EnableFullTransfer":true,"TransferMapping":{"Mode":` +
			`"SPECIFIC","Databases":[{"Name":"shop","MappedName":"new","Tables":[{"Name":"t"}]}]},` +
			`"IncrTransferConfig":` +
			`{"StoreLogKeptHour":120,"StartTimestamp":1690000000}}`,
		"strings": `{"name":"n","labelIds":"l_a, l_b","enableFullTransfer":"true",` +
			`"transferMapping":{"mode":"SPECIFIC",` +
			`"databases":[{"name":"shop","mappedName":"new","tables":[{"name":"t"}]}]},` +
			`"incrTransferConfig":{"storeLogKeptHour":"120","startTimestamp ":"1690000000"}}`,
		"one for a list": `{"name":"n","labelIds":["l_a","l_b"],"enableFullTransfer":1,"transferMapping":{"mode":` +
			`"SPECIFIC","databases":{"name":"shop","mappedName":"new","tables":{"name":"t"}}},` +
			`"incrTransferConfig":{"storeLogKeptHour":1.2e2,"startTimestamp":1690000000.0}}`,
		"null": `{"name":"n","type":null,"labelIds":["l_a","l_b"],"enableFullTransfer":true,"enableFullVerify":null,` +
			`"transferMapping":{"mode":"SPECIFIC","databases":[{"name":"shop","mappedName":"new","views":null,` +
			`"tables":[{"name":"t"}]}]},"incrTransferConfig":{"storeLogKeptHour":120,"startTimestamp":1690000000}}`,
	} {
		var got wire.SubmitPreCheckRequest
		if unknown, err := wire.Decode([]byte(body), &got); err != nil || unknown != nil {
			t.Errorf("%s: %v %v", name, unknown, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Unknown properties are returned; wrong types are all reported, without their values.
func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	body := `{"nam3":"x","name":{"a":"hunter2"},"enableFullTransfer":"hunter2","labelIds":7,
		"transferMapping":{"databases":[{"tables":[{"name":["hunter2"]}]}],"more":1},
		"incrTransferConfig":{"storeLogKeptHour":"hunter2","startTimestamp":1e300}, "projectId":"a", "ProjectID":"b"}`
	unknown, err := wire.Decode([]byte(body), &wire.SubmitPreCheckRequest{})
	if diff := cmp.Diff([]string{"nam3", "transferMapping.more"}, unknown); diff != "" {
		t.Error(diff)
	}
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range invalid {
		paths = append(paths, e.Path)
	}
	want := []string{"enableFullTransfer", "incrTransferConfig.startTimestamp", "incrTransferConfig.storeLogKeptHour",
		"labelIds", "name", "projectId", "transferMapping.databases[0].tables[0].name"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows a value: %v", err)
	}
	for _, text := range []string{"{", "[]", "null", `"a"`, `{} {}`, `{"a":}`} {
		if _, err := wire.Decode([]byte(text), &wire.IDRequest{}); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := wire.Decode([]byte(" "), &wire.IDRequest{}); err != nil {
		t.Errorf("an empty body: %v", err)
	}
}

func TestTransferFields(t *testing.T) {
	t.Parallel()
	var r wire.SubmitPreCheckRequest
	body := `{"subProject":true,"commonTransferConfig":{"tableCategory":"ALL","mqPartition":0},
		"fullTransferConfig":{"allowDestTableNotEmpty":true,"fullTransferSpeedMode":"FAST"},
		"transferMapping":{"databases":[{"name":"a","tables":[{"name":"t"},{"name":"u","whereClause":"id > 1"}]}]}}`
	if _, err := wire.Decode([]byte(body), &r); err != nil {
		t.Fatal(err)
	}
	want := []string{"commonTransferConfig.mqPartition", "fullTransferConfig.fullTransferSpeedMode", "subProject",
		"transferMapping.databases[0].tables[1].whereClause"}
	if diff := cmp.Diff(want, wire.TransferFields(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// No body makes Decode panic, and what it reads can be written.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"n","labelIds":"a,b","transferMapping":{"databases":{"tables":[]}},` +
		`"skippableFlags":{"A":"1"}}`))
	f.Add([]byte(`{"incrTransferConfig":{"storeLogKeptHour":1e999999999}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var r wire.SubmitPreCheckRequest
		if _, err := wire.Decode(body, &r); err != nil {
			return
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	})
}
