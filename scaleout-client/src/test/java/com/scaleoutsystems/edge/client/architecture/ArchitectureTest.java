package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the house together: which room may use which, and what may stand in a public signature. */
class ArchitectureTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("com.scaleoutsystems.edge");

    private static final ClassGraph GRAPH = new ClassGraph(HOUSE);

    private static final int MOST_COLLABORATORS = 30;

    /** The facade shows everything that a client can do, so it names many types. */
    private static final Set<String> FACADE =
            Set.of("com.scaleoutsystems.edge.client.EdgeClient", "com.scaleoutsystems.edge.client.EdgeClientBuilder");

    private static final String ROOT = "com.scaleoutsystems.edge.";
    private static final String ROOM = ROOT + "client.internal";

    /** The name of a package or class in a cell. */
    private static final Pattern NAME = Pattern.compile("\\ball\\b|(?<=`)[\\w.]+(?=`)");

    /** The row of a table that counts for every package, and what a package may use that may use all. */
    private static final String ALL = "all";

    @Test
    void eachRoomOfTheClientUsesOnlyTheRoomsItMay() throws IOException {
        checkRooms(ROOM, pagesTable("| package | uses |"));
    }

    @Test
    void eachRoomOfTheSandboxUsesOnlyTheRoomsItMay() throws IOException {
        checkRooms(ROOT + "sandbox.internal", pagesTable("| package under `internal` | job | uses |"));
    }

    private static void checkRooms(String house, Map<String, Set<String>> uses) {
        Set<String> rooms = HOUSE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(house + "."))
                .map(name -> name.substring(house.length() + 1))
                .collect(Collectors.toSet());
        Map<String, Set<String>> allowed = new TreeMap<>();
        for (String room : rooms) {
            Set<String> own = new TreeSet<>(uses.getOrDefault(ALL, Set.of()));
            own.addAll(uses.getOrDefault(room, Set.of()));
            allowed.put(room, own.contains(ALL) ? rooms : own);
        }

        assertThat(uses).containsKey("lifecycle");
        assertThat(uses.keySet())
                .isSubsetOf(Stream.concat(rooms.stream(), Stream.of(ALL)).toList());
        CodeRules.useOnlyWhatTheyMay(house, allowed).check(HOUSE);
    }

    /** What each package may use, as the page tells its readers: the first and the last column of a table. */
    private static Map<String, Set<String>> pagesTable(String header) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "architecture.md"));
        Map<String, Set<String>> table = new TreeMap<>();
        for (String row : lines.subList(lines.indexOf(header) + 2, lines.size())) {
            if (row.isEmpty()) {
                break;
            }
            String[] cells = row.split("\\|");
            table.put(
                    cells[1].replace("`", "").strip(),
                    NAME.matcher(cells[cells.length - 1])
                            .results()
                            .map(MatchResult::group)
                            .collect(Collectors.toSet()));
        }
        return table;
    }

    @Test
    void packagesFormNoCircle() {
        CodeRules.noCircleOfPackages().check(HOUSE);
    }

    @Test
    void atMostTwoClassesFormACircle() {
        CodeRules.noCircleOfClasses(GRAPH).check(HOUSE);
    }

    @Test
    void classesUseAtMostThirtyOthers() {
        CodeRules.fewCollaborators(GRAPH, MOST_COLLABORATORS, FACADE).check(HOUSE);
    }

    @Test
    void theExceptionIsStillNeeded() {
        for (String name : FACADE) {
            assertThat(GRAPH.usedBy(HOUSE.get(name))).as(name).hasSizeGreaterThan(MOST_COLLABORATORS);
        }
    }

    @Test
    void internalsNeverNameTheFacade() {
        CodeRules.neverUse(ROOM + "..", resideInAPackage(ROOT + "client")).check(HOUSE);
    }

    @Test
    void vocabularyNeverNamesTheFacade() {
        CodeRules.neverUse(ROOT + "client.*", resideInAPackage(ROOT + "client")).check(HOUSE);
    }

    @Test
    void onlyCoreMakesLoggers() {
        CodeRules.noLoggerBut(ROOT + "client..", ROOM + ".core..").check(HOUSE);
    }

    @Test
    void onlyTheLinkOpensAndClosesTransports() {
        String link = ROOM + ".lifecycle.CombinerLink";
        CodeRules.onlyCalledBy(ROOM + ".lifecycle..", ROOM + ".lifecycle.Adapters$TransportFactory", "transport", link)
                .check(HOUSE);
        for (String room : List.of("lifecycle", "task", "report", "transport")) {
            CodeRules.onlyCalledBy(ROOM + "." + room + "..", ROOM + ".transport.CombinerTransport", "close", link)
                    .check(HOUSE);
        }
    }

    @Test
    void slf4j17IsEnough() {
        CodeRules.onlyWhatSlf4j17Has("com.scaleoutsystems.edge..").check(HOUSE);
    }

    @Test
    void onlyWireNetAndDoctorKnowGrpc() {
        CodeRules.onlyThese(ROOT + "client..", "io.grpc..", ROOM + ".wire..", ROOM + ".net..", ROOM + ".doctor..")
                .check(HOUSE);
    }

    @Test
    void onlyWireKnowsTheMessages() {
        CodeRules.onlyThese(ROOT + "client..", ROOT + "proto..", ROOM + ".wire..")
                .check(HOUSE);
    }

    @Test
    void modelKnowsNoNetworkAndNoClient() {
        CodeRules.neverUse(
                        ROOT + "model..",
                        resideInAnyPackage("io.grpc..", "okhttp3..", ROOT + "client..", ROOT + "sandbox.."))
                .check(HOUSE);
    }

    @Test
    void sandboxKnowsNoClient() {
        CodeRules.neverUse(ROOT + "sandbox..", resideInAPackage(ROOT + "client.."))
                .check(HOUSE);
    }

    @Test
    void clientKnowsNoSandbox() {
        CodeRules.neverUse(ROOT + "client..", resideInAPackage(ROOT + "sandbox.."))
                .check(HOUSE);
    }

    @Test
    void protoKnowsNothingElseOfOurs() {
        CodeRules.neverUse(
                        ROOT + "proto..",
                        resideInAPackage("com.scaleoutsystems.edge..").and(not(resideInAPackage(ROOT + "proto.."))))
                .check(HOUSE);
    }

    @Test
    void onlyCoreKnowsClocksChanceAndThreads() {
        CodeRules.noClockChanceOrThreadBut(ROOT + "client..", ROOM + ".core..").check(HOUSE);
    }

    @Test
    void publicSignaturesNameNoThirdPartyType() {
        PublicSignatures.nameNoThirdPartyType("com.scaleoutsystems.edge..").check(HOUSE);
    }
}
