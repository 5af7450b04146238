package config

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
)

// nameForm is the form of names of agents and of zones.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,63}$`)

// ValidName reports whether a text can be the name of an agent or of a zone.
func ValidName(name string) bool { return nameForm.MatchString(name) }

// maxZones is the maximum number of zones of an agent. A claim looks for runs in each two of them.
const maxZones = 16

func (v *validator) agents(all []Agent) {
	names := map[string]bool{}
	for i, a := range all {
		at := "agents[" + strconv.Itoa(i) + "]"
		switch {
		case !ValidName(a.Name):
			v.fail(at+".name", message.New("api.config.agent_name"))
		case names[a.Name]:
			v.fail(at+".name", message.New("api.config.duplicate"))
		}
		names[a.Name] = true
		if len(a.Zones) == 0 || len(a.Zones) > maxZones {
			v.fail(at+".zones", message.New("api.config.agent_zones", "most", maxZones))
		}
		for j, zone := range a.Zones {
			if !ValidName(zone) {
				v.fail(fmt.Sprintf("%s.zones[%d]", at, j), message.New("api.config.agent_name"))
			}
		}
		if len(a.Secret.Reveal()) < auth.MinToken {
			v.fail(at+".token", message.New("api.config.token", "least", auth.MinToken))
		}
	}
}

// ReadToken reads the token of an agent from the first line of a file. Its errors do not show what is in the file.
func ReadToken(ctx context.Context, file string) (datasource.Secret, error) {
	data, err := files.Read(ctx, file, files.MaxSecret)
	if err != nil {
		return datasource.Secret{}, &message.Error{Text: files.Reason(err)}
	}
	line, _, _ := strings.Cut(string(data), "\n")
	if line = strings.TrimSpace(line); len(line) < auth.MinToken {
		return datasource.Secret{}, message.Err("api.config.token", "least", auth.MinToken)
	}
	return datasource.NewSecret(line), nil
}

// LoadSources reads the data sources of an agent from a YAML or JSON file: the list dataSources of a configuration, of
// which an entry needs the ID only. The warnings are in a language. The error is an engine.TaskErrors.
func LoadSources(ctx context.Context, name, lang string) (sources map[string]engine.Endpoint, warnings []string,
	err error) {
	data, err := files.Read(ctx, name, files.MaxTask)
	if err != nil {
		return nil, nil, engine.TaskErrors{{File: name, Text: files.Reason(err)}}
	}
	f, err := fields.New(name, data, fields.Options{Context: ctx, Hidden: hidden})
	if err != nil {
		return nil, nil, err
	}
	var list []DataSource
	f.Object(f.Root, "", fields.Fields{"dataSources": reader{f, ctx}.dataSources(&list)})
	sources = map[string]engine.Endpoint{}
	var v validator
	for i, d := range list {
		_, twice := sources[d.ID]
		switch at := fmt.Sprintf("dataSources[%d].id", i); {
		case d.ID == "":
			v.fail(at, message.New("engine.field.required"))
		case !idForm.MatchString(d.ID):
			v.fail(at, message.New("api.config.id"))
		case twice:
			v.fail(at, message.New("api.config.duplicate"))
		}
		sources[d.ID] = d.Endpoint
	}
	if f.IsMapping() && len(v.errs) > 0 {
		f.Add(v.errs)
	}
	return sources, f.Warnings.In(lang), f.Sorted()
}
