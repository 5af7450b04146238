package engine

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ItemTypes says by which names the documented records call their items.
type ItemTypes string

// The names of items.
const (
	OwnItems ItemTypes = "precheck" // the types of the catalogue, one record per item
	OMSItems ItemTypes = "oms"      // those of OceanBase Migration Service, one record per item of its own
)

// ItemTypesNames lists every ItemTypes.
func ItemTypesNames() []ItemTypes { return []ItemTypes{OwnItems, OMSItems} }

// DataAs returns the run in documented form with items of these names. strict treats warnings as failures.
func (r *Report) DataAs(names ItemTypes, strict bool) Data {
	return r.DataIn(r.Task.Lang, names, strict)
}

// DataIn returns what DataAs returns, with the names of the items in a language. Their messages have the language of
// the run.
func (r *Report) DataIn(lang string, names ItemTypes, strict bool) Data {
	d := r.data(lang, strict)
	if names == OMSItems {
		d.PreCheckResults = r.omsRecords(lang)
	}
	return d
}

// omsItem is one item of OMS on one database of a task, and what of the results belongs to it.
type omsItem struct {
	oms.Item
	side  checks.Side
	role  checks.Role
	parts []Result
}

// omsRecords returns a record for each item of OMS that the results answer, and after these what no such item
// covers under the catalogue's own names. Both are in the order of the results.
func (r *Report) omsRecords(lang string) []Record {
	var items []*omsItem
	var rest []Result
	route := r.Task.Route()
	for _, res := range r.Results {
		var covering []checks.OMSItem
		for _, i := range res.Item.Check.OMS {
			if i.AppliesTo(res.Item.Side, route) {
				covering = append(covering, i)
			}
		}
		for _, i := range covering {
			item := findOMSItem(&items, i.Name, res.Item)
			item.parts = append(item.parts, res.only(i.Covers))
		}
		covers := func(f checks.Finding) bool {
			return slices.ContainsFunc(covering, func(i checks.OMSItem) bool { return i.Covers(f) })
		}
		if !slices.ContainsFunc(covering, func(i checks.OMSItem) bool { return !i.Part() }) {
			rest = append(rest, res.only(func(f checks.Finding) bool { return !covers(f) }))
		}
	}
	records := make([]Record, 0, len(items)+len(rest))
	for _, item := range items {
		records = append(records, item.record(lang, r))
	}
	for i := range rest {
		records = append(records, r.record(lang, &rest[i]))
	}
	return records
}

// findOMSItem returns the item of that name on the database of an item of the plan. It adds one that is missing.
func findOMSItem(items *[]*omsItem, name string, of Item) *omsItem {
	for _, item := range *items {
		if item.Name == name && item.side == of.Side && item.role == of.Role {
			return item
		}
	}
	documented, _ := oms.Find(name) // checks.Validate has found it
	item := &omsItem{Item: documented, side: of.Side, role: of.Role}
	*items = append(*items, item)
	return item
}

// only returns the result as if nothing but the findings that keep names had been found.
func (res Result) only(keep func(checks.Finding) bool) Result {
	if len(res.Findings) == 0 || res.Outcome == Blocked {
		return res
	}
	part := res
	part.Findings, part.Removable = nil, nil
	var removable []RemovableObject
	for i, f := range res.Findings {
		if keep(f.Finding) {
			part.Findings = append(part.Findings, f)
			if res.removable != nil {
				removable = append(removable, res.removable[i]...)
			}
		}
	}
	if len(part.Findings) == len(res.Findings) {
		return res
	}
	part.Reason, part.Advice = "", ""
	part.conclude(res.Err)
	if part.Outcome != Passed && res.Err == nil && res.Removable != nil {
		part.Removable = sortedObjects(removable)
	}
	return part
}

// worst orders the statuses of items, the worst first.
var worst = []ItemStatus{ItemFailed, ItemRunning, ItemPending, ItemWarning, ItemSkipped, ItemPassed}

// severity orders the results that are joined, the worst first: the message and the errorDetail of the whole begin
// with those of the result that determines its status.
func severity(res Result) int {
	if res.notChecked() {
		return 1 // between failures and all others
	}
	return 2 * slices.Index(worst, res.Status())
}

// record joins the records of the item's parts: the worst status, all messages and all objects.
func (i *omsItem) record(lang string, r *Report) Record {
	slices.SortStableFunc(i.parts, func(a, b Result) int { return severity(a) - severity(b) })
	all := make([]Record, len(i.parts))
	for n := range i.parts {
		all[n] = r.record(lang, &i.parts[n])
		all[n].Skippable = r.Task.skippable(i.parts[n].Item.Check, i.Name)
	}
	page := checks.Page{Title: i.Title, In: map[string]checks.Page{message.Chinese: {Title: i.TitleZH}}}
	named := Item{Check: &checks.Check{Page: page}, Side: i.side, Role: i.role}
	joined := Record{Name: named.NameIn(lang), EndpointType: i.side, CheckType: i.Name, Role: i.role,
		Status: ItemPassed, Skippable: true, Removable: true}
	var messages, consequences, details []string
	var removable []RemovableObject
	failed := false
	for n, rec := range all {
		if slices.Index(worst, rec.Status) < slices.Index(worst, joined.Status) {
			joined.Status = rec.Status
		}
		failed = failed || rec.Status == ItemFailed
		messages, consequences = appendNew(messages, rec.Message), appendNew(consequences, rec.SkipConsequence)
		if i.parts[0].notChecked() || !i.parts[n].notChecked() {
			details = appendNew(details, rec.ErrorDetail)
		}
		if rec.Status != ItemPassed {
			joined.Removable = joined.Removable && rec.Removable
			removable = append(removable, i.parts[n].Removable...)
		}
	}
	if joined.Status == ItemPending && slices.ContainsFunc(all, func(rec Record) bool {
		return rec.Status != ItemPending
	}) {
		joined.Status = ItemRunning
	}
	for _, rec := range all {
		if rec.Status == ItemFailed || !failed {
			joined.Skippable = joined.Skippable && rec.Skippable
		}
	}
	joined.Message = optional(strings.Join(messages, "\n"))
	joined.ErrorDetail = optional(strings.Join(details, "\n"))
	if joined.Skippable {
		joined.SkipConsequence = optional(strings.Join(consequences, " "))
	}
	if joined.Removable = joined.Removable && len(removable) > 0; joined.Removable {
		joined.BlackObjectsInfo = blackObjects(sortedObjects(removable))
	}
	return joined
}

func appendNew(list []string, text *string) []string {
	if text == nil || slices.Contains(list, *text) {
		return list
	}
	return append(list, *text)
}

// omsCode returns the error code that OMS documents for what failed, empty where it documents none.
func (res *Result) omsCode() oms.Code {
	codes := res.Item.Check.OMSCodes
	if res.Outcome != Failed || codes == nil {
		return ""
	}
	for _, f := range res.Findings {
		if f.Level == checks.Fail && f.Skipped == "" {
			if code, ok := codes[f.Rule]; ok {
				return code
			}
		}
	}
	return codes[""]
}
