// Package product distinguishes products and versions by what they support, and defines the result types of
// the other packages of compat: Acceptance and Absence. It does not depend on checks.
package product
