package wire

// LoginRequest is the body of POST /login.
type LoginRequest struct {
	UserName string `json:"username"`
	Password string `json:"password"`
}

// Session is the answer of POST /login and GET /session.
type Session struct {
	LoginRequired     bool   `json:"loginRequired"` // the other fields are empty
	UserName          string `json:"username"`
	Role              string `json:"role"`      // read, submit or admin
	CSRFToken         string `json:"csrfToken"` // of the header X-CSRF-Token of each POST; empty: none is needed
	CreateDataSources bool   `json:"createDataSources"`
	InlineEndpoints   bool   `json:"inlineEndpoints"`
	CE                bool   `json:"ce"`
}
