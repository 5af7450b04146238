package product

// Acceptance says whether a product accepts something of another product.
type Acceptance int

// The answers.
const (
	Accepted Acceptance = iota
	Refused
	Unknown
	Differs // the product has it under the same name, with another meaning
)
