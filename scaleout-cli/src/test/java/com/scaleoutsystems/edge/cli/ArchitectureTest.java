package com.scaleoutsystems.edge.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shape of the command's code. What a nested class uses counts as used by the class around it. */
class ArchitectureTest {

    private static final String ROOT = "com.scaleoutsystems.edge";

    private static final int MOST_COLLABORATORS = 30;

    private static final JavaClasses COMMAND = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT + ".cli");

    /** Two classes of the client that use each other, and more than the limit of others. */
    private static final JavaClasses PLANTED =
            new ClassFileImporter().importClasses(EdgeClient.class, EdgeClientBuilder.class);

    @Test
    void commandUsesOnlyWhatIsPublic() {
        usesOnlyWhatIsPublic().check(COMMAND);
        assertFound(usesOnlyWhatIsPublic(), PLANTED, "ClientRuntime");
    }

    private static ArchRule usesOnlyWhatIsPublic() {
        return noClasses().should().dependOnClassesThat().resideInAPackage(ROOT + "..internal..");
    }

    @Test
    void packagesFormNoCircle() {
        noCircle(JavaClass::getPackageName).check(COMMAND);
    }

    @Test
    void classesFormNoCircle() {
        ArchRule rule = noCircle(type -> topLevel(type).getName());

        rule.check(COMMAND);
        assertFound(rule, PLANTED, "Cycle detected");
    }

    private static ArchRule noCircle(Function<JavaClass, String> slice) {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(slice.apply(type));
                    }

                    @Override
                    public String getDescription() {
                        return "slices of our code";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    @Test
    void classesUseAtMostThirtyOthers() {
        fewCollaborators().check(COMMAND);
        assertFound(fewCollaborators(), PLANTED, "EdgeClient uses");
    }

    private static ArchRule fewCollaborators() {
        return classes().should(new ArchCondition<>("use at most " + MOST_COLLABORATORS + " of our own classes") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<String> used = usedWithin(type);
                used.remove(type.getName());
                if (type.isTopLevelClass() && used.size() > MOST_COLLABORATORS) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " uses " + used.size() + " of our own classes: " + used));
                }
            }
        });
    }

    private static Set<String> usedWithin(JavaClass topLevel) {
        return topLevel.getPackage().getClasses().stream()
                .filter(type -> topLevel(type).equals(topLevel))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> topLevel(dependency.getTargetClass().getBaseComponentType())
                        .getName())
                .filter(name -> name.startsWith(ROOT + "."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JavaClass topLevel(JavaClass type) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return outermost;
    }

    private static void assertFound(ArchRule rule, JavaClasses classes, String words) {
        assertThat(rule.evaluate(classes).getFailureReport().getDetails())
                .as("what %s finds", rule.getDescription())
                .anySatisfy(found -> assertThat(found).contains(words));
    }
}
