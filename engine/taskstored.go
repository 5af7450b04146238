package engine

import (
	"encoding/json"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// taskJSON is a task as JSON, without passwords. It is not the form of task files.
type taskJSON struct {
	Task
	Phases              []string
	Source, Destination endpointJSON
}

type endpointJSON struct {
	databaseJSON
	Standby  *databaseJSON `json:",omitempty"`
	Snapshot string        `json:",omitempty"`
	Dump     string        `json:",omitempty"`
}

// databaseJSON hides the password.
type databaseJSON struct {
	datasource.Endpoint
	Password any `json:",omitempty"`
}

func encodeTask(t Task) taskJSON {
	return taskJSON{Task: t, Phases: t.Phases.Names(), Source: encodeEndpoint(t.Source),
		Destination: encodeEndpoint(t.Destination)}
}

func encodeEndpoint(e Endpoint) endpointJSON {
	encoded := endpointJSON{databaseJSON: databaseJSON{Endpoint: e.Endpoint}, Snapshot: e.Snapshot, Dump: e.Dump}
	if e.Standby != nil {
		encoded.Standby = &databaseJSON{Endpoint: *e.Standby}
	}
	return encoded
}

func (e endpointJSON) decode() Endpoint {
	decoded := At(e.Endpoint)
	decoded.Snapshot, decoded.Dump = e.Snapshot, e.Dump
	if e.Standby != nil {
		decoded.Standby = &e.Standby.Endpoint
	}
	return decoded
}

func (t taskJSON) decode() (Task, error) {
	decoded := t.Task
	decoded.Source, decoded.Destination = t.Source.decode(), t.Destination.decode()
	for _, name := range t.Phases {
		phase, ok := checks.ParsePhase(name)
		if !ok {
			return Task{}, message.Err("engine.stored.phase", "phase", name)
		}
		decoded.Phases |= phase
	}
	return decoded, nil
}

// EncodeTask returns a task as JSON, without passwords, from which DecodeTask restores it.
func EncodeTask(t Task) ([]byte, error) { return json.Marshal(encodeTask(t)) }

// DecodeTask restores a task without its passwords.
func DecodeTask(data []byte) (Task, error) {
	var t taskJSON
	if err := json.Unmarshal(data, &t); err != nil {
		return Task{}, message.Wrap(err, "engine.stored.unreadable")
	}
	return t.decode()
}

// WithoutPasswords returns the task without the passwords of its databases.
func (t Task) WithoutPasswords() Task {
	for _, e := range []*Endpoint{&t.Source, &t.Destination} {
		withoutPasswords(&e.Endpoint)
		if e.Standby != nil {
			standby := *e.Standby
			withoutPasswords(&standby)
			e.Standby = &standby
		}
	}
	return t
}

func withoutPasswords(e *datasource.Endpoint) {
	for _, password := range []*datasource.Secret{&e.Password, &e.DRC.Password, &e.InnerDRC.Password} {
		*password = datasource.Secret{}
	}
}
