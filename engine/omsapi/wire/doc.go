// Package wire holds the requests and answers of the API that OceanBase Migration Service documents, with the fields
// of this server beside them. Server and client share it.
//
// Decode reads a request as leniently as the documentation demands: names of properties in any case, numbers and
// booleans as strings, and a single string or object where a list is documented.
package wire
