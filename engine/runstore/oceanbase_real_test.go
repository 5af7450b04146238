package runstore_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// TestOceanBase tests a store in a real tenant, where the image is available.
func TestOceanBase(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.OceanBase)
	for name, test := range map[string]func(*testing.T, place){
		"run": testRun, "transitions": testTransitions, "stages": testStages, "lost stage": testStageLost,
		"cancelled stages": testCancelStages, "idempotency": testIdempotency, "queue": testQueueIsBounded,
		"limits": testClaimRespectsLimits, "skip": testSkipWhileRunning, "wait": testWait, "ended": testEnded,
		"list": testList, "prune": testPrune, "projects": testProjects, "labels": testLabelsAndDataSources,
		"names": testNames, "summary": testSummarize, "zones": testClaimZones, "remote": testClaimRemote,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, on(t, s))
		})
	}
}
