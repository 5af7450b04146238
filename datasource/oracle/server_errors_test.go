package oracle

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// connectionErrors are the errors of a connection: at logon, in a session, of a listener, of an instance's
// state and limits. The class is the meaning that Oracle's manuals give them.
var connectionErrors = map[datasource.ErrorClass][]int{
	datasource.ErrTooManyConnections: {18, 19, 20, 2391, 12510, 12511, 12515, 12516, 12519, 12520, 12540},
	datasource.ErrCredentials:        {1005, 1017},
	datasource.ErrAccount:            {28000, 28001, 28002, 28011},
	datasource.ErrPrivilege:          {1031, 1045},
	datasource.ErrHostNotAllowed:     {12506, 12529, 12546, 12555, 12574},
	datasource.ErrUnsupported:        {28040, 28041},
	datasource.ErrTLS:                {12650, 12660},
	datasource.ErrUnknownDatabase: {12154, 12502, 12504, 12505, 12508, 12514, 12521, 12522, 12523, 12524,
		12533},
	datasource.ErrNoSuchObject: {942},
	datasource.ErrRefused:      {12541},
	datasource.ErrTimeout:      {3136, 12170, 12525, 12535},
	datasource.ErrUnavailable: {600, 604, 1014, 1033, 1034, 1035, 1089, 1090, 1092, 1094, 1109, 1466, 1555, 4030, 4031,
		4036,
		7445, 12500, 12509, 12513, 12518, 12526, 12527, 12528, 12543, 12545, 12549, 12564},
	datasource.ErrLocked:    {54, 60, 4020, 4021},
	datasource.ErrCancelled: {1013},
	datasource.ErrLost: {28, 1012, 2390, 2392, 2393, 2394, 2395, 2396, 2397, 2399, 3106, 3113, 3114, 3135, 3137, 12151,
		12157, 12537, 12547, 12560, 12566, 12569, 12570, 12571, 12592, 12599},
}

func TestAdviceForConnectionErrors(t *testing.T) {
	t.Parallel()
	for class, numbers := range connectionErrors {
		for _, number := range numbers {
			got := Refusal(number, "the server's own text", nil)
			if got.Class != class {
				t.Errorf("%s: class %q, want %q", got.Code, got.Class, class)
			}
			if got.Cause.IsZero() || got.Remedy.IsZero() {
				t.Errorf("%s: cause %q, remedy %q", got.Code, got.Cause, got.Remedy)
			}
			// Only who does not answer may have another address.
			if class != datasource.ErrRefused && strings.Contains(got.Remedy.String(), "host and port") {
				t.Errorf("%s: the server answered, so the address is right: %q", got.Code, got.Remedy)
			}
		}
	}
}
