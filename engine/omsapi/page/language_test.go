package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine/omsapi/page"
)

// The page has the language that the browser accepts, or that of the configuration.
func TestLanguageOfPage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ configured, accepted, want string }{
		{"en", "zh-CN,zh;q=0.9,en;q=0.8", "zh"}, {"zh-CN", "en-US", "en"}, {"zh-CN", "", "zh"}, {"en", "", "en"},
		{"zh-CN", "fr", "zh"}, {"en", "fr;q=x", "en"}, {"en", "fr, zh;q=0.1", "zh"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", tc.accepted)
		w := httptest.NewRecorder()
		page.New(nil, tc.configured).ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `<html lang="`+tc.want+`"`) ||
			w.Header().Get("Vary") != "Accept-Language" {
			t.Errorf("%+v: %.200s", tc, w.Body)
		}
	}
}
