package omsapi

import "net/http"

// openAPI answers the description of the API.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	s.write(w, http.StatusOK, map[string]any{})
}
