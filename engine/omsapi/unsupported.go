package omsapi

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// documented are the actions of OceanBase Migration Service that this server does not have: they concern the transfer
// (https://github.com/oceanbase/oms-doc, V4.2.2, "API reference").
var documented = []string{"ResumeProject", "ReleaseProject", "StartProjectsByLabel", "StopProjectsByLabel",
	"DescribeProjectStepMetric", "DescribeProjectComponents", "ListProjectFullVerifyResult",
	"ListFullVerifyInconsistenciesResult", "ListFullVerifyCorrectionsResult", "UpdateStore", "UpdateFullImport",
	"UpdateFullVerification", "UpdateIncrSync", "AdvanceProject"}

// unknownAction returns the error of an action that this server does not have.
func unknownAction(name string) error {
	if slices.Contains(documented, name) {
		return &callError{code: wire.CodeUnavailable, level: wire.LevelError,
			text:   message.New("api.action.transfer", "action", name),
			reason: message.New("api.action.this_server"), proposal: message.New("api.action.use_oms")}
	}
	if name == "" {
		return parameterError(message.New("api.action.missing"), message.New("api.action.see_openapi"))
	}
	if len(name) > 64 {
		name = name[:64]
	}
	return parameterError(message.New("api.action.unknown", "hint", message.DidYouMean(name, actionNames())),
		message.New("api.action.see_openapi"))
}
