/** The example of the README as a module. */
module com.example.hello {
    requires com.scaleoutsystems.edge.client;
    requires com.scaleoutsystems.edge.model;
    requires com.scaleoutsystems.edge.sandbox;
}
