package product

type Acceptance int

const (
	Accepted Acceptance = iota
	Refused
	Unknown
	Differs // it is there and does otherwise
)
